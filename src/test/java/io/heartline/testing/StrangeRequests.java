package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Requests with which strangers make servers stumble, and what they must be answered. */
public enum StrangeRequests {
  CUT_PERCENT(400, "since", "updatewebsocket?since=%", hands()),
  BAD_HEX(400, "since", "updatewebsocket?since=%ZZ", hands()),
  BAD_UTF_8(400, "since", "line?since=%FF", hands()),
  UNKNOWN_PARAMETER(400, "other", "wss?since=1&other=%C0%80", hands()),
  BAD_NAME(400, "%ZZ", "ws/user-channel?%ZZ=1", hands()),
  EVENTS(400, "since", "events?channels=updates&since=%ZZ", ""),
  EVENTS_BEAT(400, "beat", "events?channels=updates&beat=abc", ""),
  EVENTS_NO_CHANNELS(400, "channels", "events", ""),
  EVENTS_TWO_CHANNELS(400, "channels", "events?channels=a&channels=b", ""),
  EVENTS_TWO_IDS(400, "lastEventId", "events?channels=a&lastEventId=1&lastEventId=2", ""),
  HISTORY(400, "after", "api/history?channel=updates&after=%ZZ", ""),
  HISTORY_TWICE(400, "after", "api/history?channel=updates&after=a&after=a", ""),
  POSITION(400, "channel", "api/position?channel=%", ""),
  WHOAMI(400, "x", "api/whoami?x=%4", ""),
  PAGE(400, "x", "demo/?x=%F0%9F", ""),
  PUBLISH(400, "x", "POST", "api/publish?x=%", "Content-Length: 5\r\n\r\nhello"),
  BEAT(400, "beat", "updatewebsocket?beat=abc", hands()),
  BEAT_TOO_LONG(400, "beat", "wss?beat=3601", hands()),
  BEAT_TWICE(400, "beat", "updatewebsocket?beat=1&beat=1", hands()),
  SINCE_TWICE(400, "since", "updatewebsocket?since=a&since=b", hands()),
  MANY_PARAMETERS(101, "", "updatewebsocket?" + "a&".repeat(2_000), hands()),
  PATH_PARAMETER(101, "", "updatewebsocket;x=%", hands()),
  ENCODED_PATH(101, "", "%75pdatewebsocket", hands()),
  BAD_EXTENSION(101, "", "updatewebsocket", hands("Sec-WebSocket-Extensions: ;")),
  QUOTED_EXTENSION(
      101, "", "updatewebsocket", hands("Sec-WebSocket-Extensions: a;b=\"c,d\";=;,;x=\"")),
  NO_TOKEN(101, "", "updatewebsocket", hands("Sec-WebSocket-Protocol: a b, \u00e9, {}")),
  HOST_DIGIT(101, "", "updatewebsocket", hands().replace("Host: x", "Host: app-1.2b:80")),
  HOST_DOT(101, "", "updatewebsocket", hands().replace("Host: x", "Host: x.")),
  HOST_6(101, "", "updatewebsocket", hands().replace("Host: x", "Host: [::1]:8080")),
  HOST_EMPTY(101, "", "updatewebsocket", hands().replace("Host: x", "Host:")),
  NO_KEY(400, "Sec-WebSocket-Key", "line", hands().replace("dGhl", "")),
  TWO_KEYS(400, "Sec-WebSocket-Key", "line", hands("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")),
  NO_CONNECTION(400, "Connection", "line", hands().replace("Connection: Upgrade", "A: b")),
  OLD_VERSION(426, "Sec-WebSocket-Version", "line", hands().replace(": 13", ": 8")),
  OTHER_UPGRADE(426, "WebSocket", "line", hands().replace(": websocket", ": h3")),
  NO_UPGRADE(426, "WebSocket", "updatewebsocket", ""),
  POSTED(426, "WebSocket", "POST", "updatewebsocket", hands() + "Content-Length: 0\r\n"),
  ELSEWHERE(404, "", "nothing", hands()),
  SLASH_BEHIND(404, "", "updatewebsocket/", hands()),
  CHARSET(
      401,
      "",
      "POST",
      "api/publish",
      "Content-Type: application/json;charset=x\r\n" + "Content-Length: 0\r\n");

  private final int status;
  private final String named;
  private final String method;
  private final String path;
  private final String headers;

  StrangeRequests(int status, String named, String path, String headers) {
    this(status, named, "GET", path, headers);
  }

  StrangeRequests(int status, String named, String method, String path, String headers) {
    this.status = status;
    this.named = named;
    this.method = method;
    this.path = path;
    this.headers = headers.startsWith("Host") || headers.contains("\r\nHost")
        ? headers
        : "Host: x\r\n" + headers;
  }

  /** The headers of a handshake, and more. */
  private static String hands(String... more) {
    String all = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    return all + String.join("\r\n", List.of(more)) + (more.length == 0 ? "" : "\r\n");
  }

  /** Returns whether Undertow refuses it before any application sees it, with 400 and no word. */
  private boolean isRefusedByUndertow() {
    return (path.contains("%") && this != ENCODED_PATH) || this == MANY_PARAMETERS;
  }

  /**
   * @param base of the WAR, ending with a slash
   * @param undertow the server is WildFly
   */
  public void assertAnswered(URI base, boolean undertow) throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(base)) {
      String body = headers.contains("\r\n\r\n") ? "" : "\r\n";
      client.bytes((method + " " + base.getRawPath() + path + " HTTP/1.1\r\n" + headers + body)
          .getBytes(ISO_8859_1));
      RawSocketClient.Answer answer = client.answer();
      if (undertow && isRefusedByUndertow()) {
        assertThat(answer.status()).as("%s", this).isEqualTo(400);
        return;
      }
      assertThat(answer.status())
          .as(this + ": " + answer.head() + answer.body())
          .isEqualTo(status);
      assertThat(answer.body()).as(this + ": " + answer.head()).contains(named);
      if (status == 101) {
        client.frame(true, RawSocketClient.CLOSE, (byte) 0x03, (byte) 0xe8);
        assertThat(client.readCloseAtLast().code()).as("%s", this).isEqualTo(1000);
      }
    }
  }
}
