package io.heartline.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that leave in the middle of something, as all do one day: nothing of it is worth a line
 * in the container's log, and strangers could fill it.
 */
@ExtendWith(ArquillianExtension.class)
class LeavingIT {
  private static final String NAME = "heartline-left";
  private static final String CHANNEL = "public:left";
  private static final String BIG = "\"" + "x".repeat(200_000) + "\"";
  private static final String KEY = "Authorization: Bearer contract-key\r\n";

  /** How many leave at a time. What they must not meet is a race. */
  private static final int CLIENTS = 8;

  /** How clients leave. */
  enum Way {
    /** Closed properly, by a process that ends. */
    CLOSE {
      @Override
      void leave(Socket socket) throws IOException {
        socket.close();
      }
    },
    /** Closed while there was something to read, or by a network in between. */
    RESET {
      @Override
      void leave(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    };

    abstract void leave(Socket socket) throws IOException;
  }

  private final Deployed war = new Deployed(NAME);
  private int before;

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=1s", "heartline.api.scopes=publish,read");
  }

  @BeforeEach
  void readTheLog() throws IOException {
    before = Container.log().size();
  }

  private void assertNothingIsLogged() throws IOException {
    Contract.pause(1_500); // a beat, and all that comes of it
    List<String> lines = Container.log();
    assertThat(lines.stream().skip(before))
        .filteredOn(line -> line.matches(".*( ERROR | WARN| SEVERE |Exception).*"))
        .isEmpty();
  }

  private List<Socket> ask(String head, String body) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      URI url = war.http("");
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4 * 1024);
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      String request = head.replaceFirst(" ", " " + url.getPath())
          .replaceFirst("\r\n", " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n");
      socket.getOutputStream().write((request + "\r\n" + body).getBytes(UTF_8));
      sockets.add(socket);
    }
    return sockets;
  }

  private static void leave(List<Socket> sockets, Way way) throws IOException {
    for (Socket socket : sockets) {
      way.leave(socket);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readersOfEventsLeave(Way way) throws IOException {
    String request = "GET events?channels=" + CHANNEL + "\r\n";
    try (EventStream stays = EventStream.open(war.http("events?channels=" + CHANNEL))) {
      leave(ask(request, ""), way); // before they are answered
      List<Socket> idle = ask(request, "");
      Contract.pause(500);
      leave(idle, way);
      war.publish(CHANNEL, "1");
      List<Socket> full = ask(request, "");
      Contract.pause(500);
      for (int i = 0; i < 5; i++) {
        war.publish(CHANNEL, BIG);
      }
      leave(full, way);
      war.publish(CHANNEL, "2");
      String object = stays.telling();
      while (!object.endsWith("\"data\":2}")) {
        object = stays.telling();
      }
    }
    assertNothingIsLogged();
  }

  @ParameterizedTest
  @EnumSource
  void readersOfALongHistoryLeave(Way way) throws IOException {
    String channel = CHANNEL + ":" + way;
    for (int i = 0; i < 20; i++) {
      war.publish(channel, BIG);
    }
    String request = "GET api/history?channel=" + channel + "\r\n" + KEY;
    leave(ask(request, ""), way);
    List<Socket> full = ask(request, "");
    Contract.pause(500);
    for (Socket socket : full) {
      assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
          .isEqualTo("HTTP/1.1 200");
    }
    leave(full, way);
    assertNothingIsLogged();
  }

  @ParameterizedTest
  @EnumSource
  void publishersLeaveWithHalfABodySent(Way way) throws IOException {
    String request = "POST api/publish\r\nContent-Type: application/json\r\n" + KEY;
    List<Socket> sized = ask(request + "Content-Length: 1000\r\n", "{\"channel\":\"updates\",\"da");
    List<Socket> chunked =
        ask(request + "Transfer-Encoding: chunked\r\n", "FF\r\n{\"channel\":\"upda");
    Contract.pause(500);
    leave(sized, way);
    leave(chunked, way);
    assertNothingIsLogged();
  }

  @ParameterizedTest
  @EnumSource
  void linesLeave(Way way) throws IOException {
    String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    leave(ask("GET updatewebsocket\r\n" + upgrade, ""), way);
    List<Socket> idle = ask("GET updatewebsocket\r\n" + upgrade, "");
    List<Socket> full = ask("GET updatewebsocket\r\n" + upgrade, "");
    Contract.pause(500);
    leave(idle, way);
    for (int i = 0; i < 5; i++) {
      war.publish("updates", BIG);
    }
    leave(full, way);
    assertNothingIsLogged();
  }
}
