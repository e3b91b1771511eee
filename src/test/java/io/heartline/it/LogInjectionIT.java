package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever strangers send, a line of the log is ours, whole, and plain text. */
class LogInjectionIT {
  private static final String FORGED = "FORGED";

  /** Line ends of all kinds, a colour, a title, and what turns the direction of the text around. */
  private static final List<String> TRICKS = List.of(
      "\r\n2026-01-01 00:00:00.000 SEVERE " + FORGED,
      "\n" + FORGED,
      "\r" + FORGED,
      "\u001b[31m" + FORGED + "\u001b]0;title\u0007",
      "\u0085" + FORGED + "\u009b31m",
      "\u2028" + FORGED + "\u202e",
      "\u0000\u0008\u007f" + FORGED,
      "%0d%0a" + FORGED,
      "{0} %s ${jndi:ldap://127.0.0.1/x} " + FORGED);

  /** What must not be in a line of the log: controls, and characters that hide others. */
  private static final Pattern UNFIT = Pattern.compile(
      "[\\p{Cc}&&[^\\t]]|[\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

  private static final Pattern OURS = Pattern.compile(
      "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} (INFO|WARNING|SEVERE) +.*");

  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=1s", "heartline.grace=1s");
  }

  @AfterAll
  static void stop() {
    war.stop();
    List<String> said = war.output();
    war.close();
    assertThat(said).as("something of it is logged at all").anyMatch(l -> l.contains(FORGED));
    assertThat(said).as("lines that a stranger has begun").noneMatch(l -> l.startsWith(FORGED));
    assertThat(said)
        .filteredOn(line -> line.contains(FORGED))
        .allMatch(line -> OURS.matcher(line).matches());
    assertThat(said)
        .as("unfit characters")
        .noneMatch(line -> UNFIT.matcher(line).find());
  }

  /** Sends a request with a header as it is, byte for byte; the container may refuse it. */
  private static void send(String request, String header, byte[] value, String address)
      throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.base())) {
      client.bytes((request.replace(" /", " " + war.base().getRawPath())
              + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + address + "\r\n"
              + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + header + ": ")
          .getBytes(ISO_8859_1));
      client.bytes(value);
      client.bytes("\r\n\r\n".getBytes(ISO_8859_1));
      assertThat(client.answer().status()).isBetween(101, 499);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /line, Origin, 1",
    "GET /events?channels=public:a, Origin, 2",
    "GET /sockjs/info, Origin, 3",
    "GET /line, Sec-Fetch-Site, 4",
    "GET /line, X-Forwarded-Proto, 5",
    "GET /line, Sec-WebSocket-Protocol, 6",
    "GET /line, Cookie, 7",
    "GET /line, User-Agent, 8",
    "GET /api/history?channel=orders, Authorization, 9",
    "GET /api/whoami, Authorization, 10",
    "DELETE /api/publish, Authorization, 11",
    "GET /events?channels=public:a, Last-Event-ID, 12",
  })
  void noHeaderForgesALine(String request, String header, int row) throws IOException {
    int network = 0;
    for (String trick : TRICKS) {
      String address = "198.51." + row + "." + network++; // each is logged, none is only counted
      send(request, header, trick.getBytes(UTF_8), address);
      send(request, header, trick.getBytes(ISO_8859_1), address);
    }
  }

  @Test
  void noForwardedAddressForgesALine() throws IOException {
    for (String trick : TRICKS) {
      send("GET /line", "Origin", "http://evil.example".getBytes(UTF_8), trick);
      send("POST /api/publish", "X-Forwarded-For", trick.getBytes(UTF_8), "1.2.3.4");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /nothing/%s",
        "GET /line?since=%s",
        "GET /sockjs/a/%s/xhr",
        "POST /api/publish?%s",
        "GET /line;%s"
      })
  void noPathForgesALine(String request) throws IOException {
    for (String trick : TRICKS) {
      String encoded = java.net.URLEncoder.encode(trick, UTF_8);
      send(
          request.formatted(encoded), "Origin", "http://evil.example".getBytes(UTF_8), "192.0.2.7");
    }
  }

  /** The names that pages give themselves are in the line that says how theirs ended. */
  @Test
  void noInstanceForgesALine() throws IOException {
    for (String trick : TRICKS) {
      try (RawSocketClient page =
          RawSocketClient.openPage(war.door("line"), 0, "Cookie", war.guest().cookie())) {
        page.text("{\"hello\":{\"instance\":" + quoted(trick) + "}}");
        assertThat(page.readText()).startsWith("{\"");
        page.text("{\"subscribe\":" + quoted(trick) + "}");
        page.text("{" + quoted(trick) + ":1}");
        page.reset();
      }
    }
    war.awaitOutput("(instance ");
  }

  /** The reason of a client's close is its own text. */
  @Test
  void noReasonOfACloseForgesALine() throws IOException {
    for (String trick : TRICKS) {
      try (RawSocketClient page =
          RawSocketClient.openPage(war.door("line"), 0, "Cookie", war.guest().cookie())) {
        page.text("{\"hello\":{}}");
        assertThat(page.readText()).startsWith("{\"welcome\"");
        byte[] reason = trick.getBytes(UTF_8);
        byte[] close = new byte[reason.length + 2];
        close[0] = 0x0f; // 4000
        close[1] = (byte) 0xa0;
        System.arraycopy(reason, 0, close, 2, reason.length);
        page.frame(true, RawSocketClient.CLOSE, close);
        assertThat(page.ends()).isTrue();
      }
    }
  }

  @Test
  void noFrameOfStompForgesALine() throws IOException {
    for (String trick : TRICKS) {
      try (RawSocketClient line =
          RawSocketClient.open(war.door("stomp"), "Sec-WebSocket-Protocol", "v12.stomp")) {
        line.text("CONNECT\naccept-version:" + trick + "\nhost:" + trick + "\nlogin:" + trick
            + "\npasscode:" + trick + "\n\n\0");
        assertThat(line.readText()).matches("(?s)(CONNECTED|ERROR)\n.*");
        line.reset();
      }
    }
  }

  /** Opens a page of somebody whose name is known, or nothing would be logged of it. */
  private static RawSocketClient guest(String address) throws IOException {
    return RawSocketClient.openPage(
        war.door("line"), 0, "Cookie", war.guest().cookie(), "X-Forwarded-For", address);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
    return json.append('"').toString();
  }
}
