package io.heartline.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** Server-sent events: the same in all containers, also where nobody reads and at an undeploy. */
@ExtendWith(ArquillianExtension.class)
class EventsIT {
  private static final String NAME = "heartline-events";
  private static final int STUCK = 40;

  private final Deployed war = new Deployed(NAME);

  @ArquillianResource
  private Deployer deployer;

  @Deployment(name = NAME, managed = false, testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.beat=2s", "heartline.no-progress=3s");
  }

  @BeforeEach
  void deploy() {
    deployer.deploy(NAME);
  }

  @AfterEach
  void undeploy() {
    deployer.undeploy(NAME);
  }

  private EventStream welcomed(String query, String... headers) throws IOException {
    EventStream stream = EventStream.open(war.http("events?" + query), headers);
    assertThat(stream.telling()).startsWith("{\"welcome\":");
    return stream;
  }

  @Test
  void publicationsComeInOrderAndResumeWhereTheyBrokeOff(TestInfo test) throws IOException {
    String channel = Contract.channel(test);
    String id;
    try (EventStream stream = welcomed("channels=" + channel)) {
      assertThat(stream.telling()).startsWith("{\"subscribed\":");
      String big = "\"" + "你好 🐼".repeat(20_000) + "\"";
      for (int i = 1; i <= 50; i++) {
        String data = i % 25 == 0 ? big : String.valueOf(i);
        war.publish(channel, data);
        String object = stream.telling();
        assertThat(Json.field(object, "offset")).isEqualTo(String.valueOf(i));
        assertThat(object).endsWith("\"data\":" + data + "}");
      }
      id = stream.lastEventId();
    }
    war.publish(channel, "51");
    war.publish(channel, "52");
    try (EventStream again = welcomed("channels=" + channel, "Last-Event-ID", id)) {
      assertThat(again.telling()).endsWith("\"recovered\":true}");
      assertThat(again.telling()).endsWith("\"data\":51}");
      assertThat(again.telling()).endsWith("\"data\":52}");
    }
  }

  @Test
  void aSilentStreamIsKeptOpenByBeats() throws IOException {
    try (EventStream stream = welcomed("channels=")) {
      for (int i = 0; i < 4; i++) {
        assertThat(stream.object()).startsWith("{\"beat\":");
      }
    }
  }

  @Test
  void rightsAndRefusalsAreThoseOfTheLines() throws IOException {
    Guest ann = war.guest();
    try (EventStream stream =
        welcomed("channels=user:" + ann.user() + ",secret", "Cookie", ann.cookie())) {
      assertThat(stream.telling()).startsWith("{\"subscribed\":\"user:");
      assertThat(stream.telling()).contains("\"code\":\"forbidden\"");
      war.post("api/publish", "{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
      assertThat(stream.telling()).endsWith("\"data\":\"for ann\"}");
    }
    assertThat(war.get("events").statusCode()).isEqualTo(400);
    assertThat(war.get("events?channels=a", "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    for (String method : new String[] {"HEAD", "POST"}) {
      assertThat(RunningWar.send(HttpRequest.newBuilder(war.http("events?channels=a"))
                  .timeout(RunningWar.PATIENCE)
                  .method(method, HttpRequest.BodyPublishers.noBody()))
              .statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void streamsThatNobodyReadsKeepNothingFromOthers(TestInfo test) throws IOException {
    String channel = Contract.channel(test);
    List<Socket> stuck = new ArrayList<>();
    try (EventStream stream = welcomed("channels=" + channel)) {
      for (int i = 0; i < STUCK; i++) {
        stuck.add(ask(war.http("events?channels=public:flood")));
      }
      assertThat(stream.telling()).startsWith("{\"subscribed\":");
      for (int i = 0; i < 20; i++) {
        war.publish("public:flood", "\"" + "x".repeat(200_000) + "\"");
      }
      for (int i = 0; i < 100; i++) { // through the moment at which they are given up
        war.publish(channel, String.valueOf(i));
        assertThat(stream.telling()).endsWith("\"data\":" + i + "}");
        Contract.pause(60);
      }
    } finally {
      for (Socket socket : stuck) {
        socket.close();
      }
    }
  }

  private static Socket ask(URI url) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 * 1024);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    socket
        .getOutputStream()
        .write(("GET " + url.getRawPath() + "?" + url.getRawQuery() + " HTTP/1.1\r\nHost: "
                + url.getAuthority() + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    return socket;
  }

  @Test
  void anUndeploySaysGoodByeAndEndsThem() throws IOException {
    EventStream stream = welcomed("channels=updates");
    assertThat(stream.telling()).startsWith("{\"subscribed\":");
    deployer.undeploy(NAME);
    assertThat(stream.telling()).startsWith("{\"bye\":{\"code\":1012");
    stream.assertEnds();
    deployer.deploy(NAME);
    try (EventStream again = welcomed("channels=updates", "Last-Event-ID", stream.lastEventId())) {
      assertThat(again.telling()).startsWith("{\"subscribed\":");
    }
  }
}
