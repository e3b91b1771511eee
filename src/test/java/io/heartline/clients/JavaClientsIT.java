package io.heartline.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.clients.Diary.Closed;
import io.heartline.clients.Diary.Closing;
import io.heartline.clients.Diary.Event;
import io.heartline.clients.Diary.Failed;
import io.heartline.clients.Diary.Text;
import io.heartline.clients.Library.Dial;
import io.heartline.nginx.NginxInFront;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * OkHttp, Java-WebSocket and the JDK's client at our doors, through nginx with its shipped file.
 * The server beats every second, but not at {@code /wss}: there a quiet line lives by its client's
 * pings alone.
 */
class JavaClientsIT {
  private static final Duration SILENCE = Duration.ofSeconds(25);
  private static final Duration NO_PINGS = Duration.ZERO;

  /** A machine that stands still for nginx's whole timeout ends lines, too. */
  private static final int ATTEMPTS = 3;

  /** Far more than the server may take to drop a connection, far less than nginx takes. */
  private static final Duration DROPPED = Duration.ofSeconds(20);

  private static final Map<String, Library> LIBRARIES = Libraries.all();

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Gateway gateway;

  private final List<Library.Call> calls = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder.resolve("war"), "heartline.beat=1s", "heartline.beat.wss=1h");
    gateway = new Gateway(folder.resolve("nginx"), war);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    war.close();
  }

  @AfterEach
  void hangUp() {
    calls.forEach(Library.Call::cancel);
  }

  static List<String> libraries() {
    return List.copyOf(LIBRARIES.keySet());
  }

  private record Line(Library.Call call, Diary diary) {
    /** Asks a raw door and expects its answer next. */
    void assertRawLives() {
      call.send("ping");
      assertThat(diary.next()).isEqualTo(new Text("pong"));
    }
  }

  private Line open(String library, Dial dial) {
    Diary diary = new Diary();
    Library.Call call = LIBRARIES.get(library).open(dial, gateway.trust(), diary);
    calls.add(call);
    return new Line(call, diary);
  }

  private Line open(String library, URI url, Map<String, String> headers) {
    return open(library, new Dial(url, headers, NO_PINGS, true));
  }

  /** Opens a raw door and sees it answer. */
  private Line raw(String library, URI url, Duration pings) {
    Line line = open(library, new Dial(url, Map.of(), pings, true));
    line.diary.opened();
    if (url.getPath().endsWith("/wss")) {
      assertThat(line.diary.next()).isInstanceOf(Text.class); // it greets
    }
    line.assertRawLives();
    return line;
  }

  /** Opens a line of {@code heartline.v1} and is welcomed. */
  private Line page(String library, URI url) {
    Line line = open(library, url, Map.of("Sec-WebSocket-Protocol", "heartline.v1"));
    line.diary.opened();
    line.call.send("{\"hello\":{}}");
    assertThat(((Text) line.diary.next()).text()).startsWith("{\"welcome\":{");
    return line;
  }

  private static boolean pings(String library) {
    return Libraries.OK_HTTP.contains(library) || library.equals(Libraries.JAVA_WEBSOCKET);
  }

  /** Opens quiet lines of all kinds; each has a name that says what keeps it open. */
  private Map<String, Line> quietLines() {
    Map<String, Line> lines = new LinkedHashMap<>();
    for (String library : libraries()) {
      for (URI url : List.of(gateway.plain("updatewebsocket"), gateway.secure("updatewebsocket"))) {
        String name = library + ", " + url.getScheme();
        lines.put(name + ", our beats", raw(library, url, NO_PINGS));
        if (pings(library)) {
          lines.put(name + ", both", raw(library, url, Duration.ofSeconds(20)));
          URI wss = url.resolve("wss");
          lines.put(name + ", its pings", raw(library, wss, Duration.ofSeconds(1)));
        }
      }
    }
    return lines;
  }

  @Test
  void quietLinesStayOpenByOurBeatsAndByTheirPings() {
    Map<String, Event> ended = new LinkedHashMap<>();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      ended.clear();
      Map<String, Line> lines = quietLines();
      long end = System.nanoTime() + SILENCE.toNanos();
      lines.forEach((name, line) -> {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        Event event = line.diary.next(Math.max(0, left));
        if (event != null) {
          ended.put(name, event);
        }
      });
      if (ended.isEmpty()) {
        lines.values().forEach(Line::assertRawLives);
        return;
      }
    }
    assertThat(ended).isEmpty();
  }

  /** What would be seen if the beats and pings of the test above did not do it. */
  @ParameterizedTest
  @MethodSource("libraries")
  void withoutBeatsAndPingsNginxEndsALineWithoutAClose(String library) {
    Line line = raw(library, gateway.secure("wss"), NO_PINGS);
    Event end = line.diary.next();
    if (Libraries.OK_HTTP.contains(library)) {
      assertThat(((Failed) end).type()).isEqualTo("java.io.EOFException");
    } else if (end instanceof Closed closed) {
      assertThat(closed.code()).isEqualTo(1006);
    } else {
      assertThat(end).isInstanceOf(Failed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void whoLosesTheSeatIsToldSo(String library) throws IOException {
    Map<String, String> ann = Map.of("Cookie", war.guest().cookie());
    Line first = open(library, gateway.secure("ws/user-channel"), ann);
    first.diary.opened();
    first.assertRawLives();
    Line second = open(library, gateway.plain("ws/user-channel"), ann);
    second.diary.opened();
    first.diary.closed(4500, "a newer line took the seat");
    second.assertRawLives();
    first.diary.assertNothingMore();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void everyCloseCodeReachesTheApplication(String library) throws IOException {
    for (int code : List.of(1001, 1011, 1012, 4000, 4001, 4002, 4003, 4008, 4500, 4503, 4999)) {
      try (ScriptedServer server = ScriptedServer.closing(code)) {
        Line line = open(library, server.door(), Map.of());
        line.diary.opened();
        assertClosed(library, line, code, "as told");
      }
    }
  }

  /** OkHttp 3 knows no 1012 and tells it as a failure; its application comes back all the same. */
  private static void assertClosed(String library, Line line, int code, String reason) {
    if (code == 1012 && library.equals("okhttp-3.14.9")) {
      assertThat(line.diary.afterTexts())
          .isEqualTo(new Failed(
              "java.net.ProtocolException", "Code 1012 is reserved and may not be used.", 0, ""));
    } else {
      line.diary.closed(code, reason);
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void refusalsCanBeRead(String library) {
    assertRefused(library, "refused/401", 401, "");
    assertRefused(library, "refused/429", 429, "7");
    Line line =
        open(library, gateway.secure("updatewebsocket"), Map.of("Origin", "https://evil.example"));
    assertRefused(library, line.diary.next(), 403, "");
  }

  private void assertRefused(String library, String path, int status, String retryAfter) {
    for (URI url : List.of(gateway.plain(path), gateway.secure(path))) {
      assertRefused(library, open(library, url, Map.of()).diary.next(), status, retryAfter);
    }
  }

  /** @param retryAfter a pattern of the header; an absent one is empty */
  private static void assertRefused(String library, Event end, int status, String retryAfter) {
    if (library.equals(Libraries.JAVA_WEBSOCKET)) {
      assertThat(((Closed) end).reason())
          .startsWith("Invalid status code received: " + status + " ");
      return;
    }
    assertThat(((Failed) end).status()).as(end.toString()).isEqualTo(status);
    assertThat(((Failed) end).retryAfter()).matches(retryAfter);
    if (Libraries.OK_HTTP.contains(library)) {
      assertThat(((Failed) end).type()).isEqualTo("java.net.ProtocolException");
      assertThat(((Failed) end).message())
          .startsWith("Expected HTTP 101 response but was '" + status);
    }
  }

  /** OkHttp leaves it to the application to answer a close; many forget it. */
  @Test
  void aClientThatForgetsToCloseIsDroppedSoonAfterOurClose() throws IOException {
    List<Network> networks = new ArrayList<>();
    try {
      for (String library : Libraries.OK_HTTP) {
        Map<String, String> ann = Map.of("Cookie", war.guest().cookie());
        Network network = new Network(gateway.plainPort());
        networks.add(network);
        URI door = URI.create("ws://127.0.0.1:" + network.port() + "/heartline/ws/user-channel");
        Line forgetful = open(library, new Dial(door, ann, Duration.ofSeconds(20), false));
        forgetful.diary.opened();
        forgetful.assertRawLives();
        assertThat(network.connections()).isEqualTo(1);
        open(library, gateway.plain("ws/user-channel"), ann).diary.opened();
        assertThat(forgetful.diary.next())
            .isEqualTo(new Closing(4500, "a newer line took the seat"));
      }
      long deadline = System.nanoTime() + DROPPED.toNanos();
      NginxInFront.await(
          "dropped",
          () -> networks.stream().allMatch(network -> network.connections() == 0)
              || System.nanoTime() > deadline);
      assertThat(networks).allMatch(network -> network.connections() == 0);
    } finally {
      networks.forEach(Network::close);
    }
  }

  /** The last things that a server says, and what those hear who come then. */
  @Test
  void aStopAndADrainAreTold(@TempDir Path other) throws IOException {
    String[] settings = {
      "heartline.port=" + NginxInFront.freePort(),
      "heartline.drain.window=0s",
      "heartline.api.scopes=drain"
    };
    RunningWar server = RunningWar.start(other.resolve("war"), settings);
    try (Gateway front = new Gateway(other.resolve("nginx"), server)) {
      Map<String, Line> pages = pages(front);
      Map<String, Line> raws = raws(front);
      server.askToStop();
      pages.forEach((library, page) -> assertClosed(library, page, 1012, "server stops"));
      raws.forEach((library, raw) -> assertClosed(library, raw, 1012, "server stops"));
      server.awaitExit();

      server = RunningWar.start(other.resolve("war"), settings);
      pages = pages(front);
      raws = raws(front);
      RunningWar.send(HttpRequest.newBuilder(server.http("api/drain?window=0"))
          .timeout(RunningWar.PATIENCE)
          .header("Authorization", "Bearer " + server.key())
          .POST(HttpRequest.BodyPublishers.noBody()));
      pages.forEach((library, page) -> assertClosed(library, page, 4000, "drained"));
      raws.forEach((library, raw) -> assertClosed(library, raw, 1012, "server stops"));
      for (String library : libraries()) {
        Line late = open(library, front.plain("updatewebsocket"), Map.of());
        assertRefused(library, late.diary.next(), 503, "[1-9]\\d?"); // each another time
      }
    } finally {
      server.close();
    }
  }

  private Map<String, Line> pages(Gateway front) {
    Map<String, Line> pages = new LinkedHashMap<>();
    libraries().forEach(library -> pages.put(library, page(library, front.plain("line"))));
    return pages;
  }

  private Map<String, Line> raws(Gateway front) {
    Map<String, Line> raws = new LinkedHashMap<>();
    libraries()
        .forEach(
            library -> raws.put(library, raw(library, front.plain("updatewebsocket"), NO_PINGS)));
    return raws;
  }
}
