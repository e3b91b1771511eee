package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All doors are there, publishing reaches them, and the newest line of a user wins. */
@ExtendWith(ArquillianExtension.class)
class DoorsIT {
  private static final String NAME = "heartline-doors";
  private static final Closed REPLACED = new Closed(4500, "a newer line took the seat");

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(
        NAME, "heartline.beat=1h", "heartline.beat.wss=1h", "heartline.first-frame=1h");
  }

  private WebSocketRecorder page(String... headers) {
    return Contract.page(war, headers);
  }

  /** Containers answer for the context's path without its last slash in ways of their own. */
  @ParameterizedTest
  @ValueSource(strings = {"", "/", "?x=1", ";jsessionid=a"})
  void theContextsPathLeadsToTheDemo(String end) throws IOException {
    String context = war.http("").toString().replaceFirst("/$", "");
    URI at = URI.create(context + end);
    for (int hops = 0; hops < 3; hops++) {
      HttpResponse<String> answer =
          RunningWar.send(HttpRequest.newBuilder(at).timeout(RunningWar.PATIENCE));
      if (answer.statusCode() == 200) {
        break;
      }
      at = at.resolve(answer.headers().firstValue("Location").orElseThrow());
    }
    assertThat(at).isEqualTo(war.http("demo/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v12.stomp", "v11.stomp", "v10.stomp", ""})
  void stompIsSpokenInTextAndInBinary(String subprotocol) throws IOException {
    String[] headers = subprotocol.isEmpty()
        ? new String[0]
        : new String[] {"Sec-WebSocket-Protocol", subprotocol};
    try (RawSocketClient client = RawSocketClient.connect(war.door("stomp"))) {
      RawSocketClient.Answer answer = client.handshake(war.door("stomp"), headers);
      assertThat(answer.status()).isEqualTo(101);
      if (!subprotocol.isEmpty()) {
        assertThat(answer.head()).contains(subprotocol);
      }
      client.text("CONNECT\naccept-version:1.0,1.1,1.2\n\n\0");
      assertThat(client.readText()).startsWith("CONNECTED\nversion:1.2\n");
      byte[] subscribe = "SUBSCRIBE\nid:1\ndestination:/topic/updates\nreceipt:你\n\n\0"
          .getBytes(StandardCharsets.UTF_8);
      int half = subscribe.length - 5; // in the middle of a character
      client.frame(false, RawSocketClient.BINARY, Arrays.copyOf(subscribe, half));
      client.frame(
          true,
          RawSocketClient.CONTINUATION,
          Arrays.copyOfRange(subscribe, half, subscribe.length));
      assertThat(client.readText()).isEqualTo("RECEIPT\nreceipt-id:你\n\n\0");
      war.publish("updates", "\"hello\"");
      assertThat(client.readText()).startsWith("MESSAGE\nsubscription:1\n").endsWith("\n\nhello\0");
      client.text("SUBSCRIBE\nid:1\ndestination:/topic/updates\n\n\0");
      assertThat(client.readText()).startsWith("ERROR\nmessage:id must be new");
      assertThat(client.readCloseAtLast().code()).isEqualTo(4507);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket", "ws/user-channel", "wss"})
  void rawDoorsReceiveUpdatesInOrderAsTheirBareData(String door) throws IOException {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door(door));
    if (door.equals("wss")) {
      assertThat(line.frame()).isEqualTo("Server: 收到我的消息了嘛");
      line.send("你好, 🐼");
      assertThat(line.frame()).isEqualTo("Server: Received(你好, 🐼)");
    }
    line.assertRawLives();
    for (int i = 0; i < 50; i++) {
      war.publish("updates", "\"" + i + " 你好 🐼\"");
    }
    for (int i = 0; i < 50; i++) {
      assertThat(line.frame()).isEqualTo(i + " 你好 🐼");
    }
    war.publish("updates", " { \"a b\" : [ 1.50, true,\n null ] } ");
    assertThat(line.frame()).isEqualTo("{\"a b\":[1.50,true,null]}");
    line.leave();
  }

  @Test
  void aUserReceivesHisOwnAtHisDoor() throws IOException {
    Guest ann = war.guest();
    Guest bob = war.guest();
    WebSocketRecorder line =
        WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
    line.assertRawLives();
    war.post("api/publish", "{\"user\":\"" + bob.user() + "\",\"data\":\"for bob\"}");
    war.post("api/publish", "{\"user\":\"" + ann.user() + "\",\"data\":\"for ann\"}");
    assertThat(line.frame()).isEqualTo("for ann");
    line.assertRawLives();
    line.leave();
  }

  @Test
  void rawLinesResumeAfterAPositionAndAGapIsTheClose4002() throws IOException {
    String position = war.publish("updates", "\"seen\"");
    war.publish("updates", "\"missed\"");
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("updatewebsocket?since=" + position));
    assertThat(line.frame()).isEqualTo("missed");
    line.assertRawLives();
    line.leave();
    WebSocketRecorder lost = WebSocketRecorder.raw(war.door("updatewebsocket?since=nonsense"));
    assertThat(lost.closed()).isEqualTo(new Closed(4002, "gap: updates unknown"));
  }

  @Test
  void nativeLinesReceivePublicationsWithPositionsAndResumeThere(TestInfo test) throws IOException {
    String channel = Contract.channel(test);
    WebSocketRecorder line = page();
    line.send(Contract.subscribe(channel));
    assertThat(line.object())
        .startsWith("{\"subscribed\":\"" + channel + "\"")
        .endsWith("\"recovered\":true}");
    String first = war.publish(channel, "{\"a\": 1.0}");
    assertThat(line.object())
        .isEqualTo("{\"channel\":\"" + channel + "\",\"offset\":1,\"time\":"
            + Position.parse(first).orElseThrow().time()
            + ",\"position\":\"" + first
            + "\",\"data\":{\"a\":1.0}}");
    line.leave();
    String second = war.publish(channel, "2");
    war.publish(channel, "3");
    WebSocketRecorder again = page();
    again.send("{\"subscribe\":\"" + channel + "\",\"after\":\"" + first + "\"}");
    assertThat(again.object())
        .isEqualTo("{\"subscribed\":\"" + channel + "\",\"position\":\"" + first
            + "\",\"recovered\":true}");
    assertThat(again.object()).contains("\"offset\":2").endsWith("\"data\":2}");
    assertThat(again.object()).contains("\"offset\":3").endsWith("\"data\":3}");
    again.send("{\"unsubscribe\":\"" + channel + "\"}");
    assertThat(again.object()).isEqualTo("{\"unsubscribed\":\"" + channel + "\"}");
    again.send("{\"subscribe\":\"" + channel + "\",\"after\":\"" + second + "x\"}");
    assertThat(again.object()).contains("\"recovered\":false");
    again.assertPageLives();
    again.leave();
  }

  @Test
  void aNewerPageTakesTheSeatAndTheOlderOneIsToldByeAnd4500() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder first = page("Cookie", ann.cookie());
    WebSocketRecorder second = page("Cookie", ann.cookie());
    assertThat(first.object())
        .isEqualTo("{\"bye\":{\"code\":4500,\"reason\":\"a newer line took the seat\","
            + "\"reconnect\":false,\"delay\":0}}");
    assertThat(first.closed()).isEqualTo(REPLACED);
    second.assertPageLives();
    second.leave();
  }

  @Test
  void aNewerRawLineTakesTheSeatAndTheOlderOneIsClosedWith4500() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder first =
        WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
    first.assertRawLives();
    WebSocketRecorder second =
        WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
    assertThat(first.closed()).isEqualTo(REPLACED);
    war.post("api/publish", "{\"user\":\"" + ann.user() + "\",\"data\":\"to the second\"}");
    assertThat(second.frame()).isEqualTo("to the second");
    second.leave();
  }

  @Test
  void withoutOurSubprotocolALineIsClosedWith4506() throws IOException {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("line"));
    assertThat(line.closed()).isEqualTo(new Closed(4506, "ask for the subprotocol heartline.v1"));
    try (RawSocketClient other =
        RawSocketClient.open(war.door("line"), "Sec-WebSocket-Protocol", "heartline.v99")) {
      assertThat(other.readClose().code()).isEqualTo(4506);
    }
  }

  @Test
  void ofSeveralSubprotocolsOursIsTakenAndCompressionIsDeclined() throws IOException {
    try (RawSocketClient line = RawSocketClient.connect(war.door("line"))) {
      RawSocketClient.Answer answer = line.handshake(
          war.door("line"),
          "Sec-WebSocket-Protocol",
          "heartline.v2, heartline.v1",
          "Sec-WebSocket-Extensions",
          "permessage-deflate; client_max_window_bits");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.head().toLowerCase(Locale.ROOT))
          .contains("sec-websocket-protocol: heartline.v1\r\n")
          .doesNotContain("sec-websocket-extensions");
    }
  }

  @Test
  void aForeignOriginIsRefusedWithItsReason() throws IOException {
    try (RawSocketClient client = RawSocketClient.connect(war.door("line"))) {
      RawSocketClient.Answer answer =
          client.handshake(war.door("line"), "Origin", "http://evil.example");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualToIgnoringNewLines("this origin may not connect");
    }
  }

  @Test
  void publishingIsRefusedWithoutAKeyAndWithBadFields() throws IOException {
    assertThat(war.get("api/publish", "Authorization", "Bearer wrong").statusCode())
        .isIn(401, 405);
    HttpResponse<String> bad = war.post("api/publish", "{\"channel\":\"public:a b\",\"data\":1}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(Json.field(bad.body(), "field")).isEqualTo("channel");
    assertThat(war.post("api/publish", "\"" + "x".repeat(300_000) + "\"").statusCode())
        .isEqualTo(413);
  }

  @Test
  void theScriptTheDemoAndTheHealthAreServed() throws IOException {
    assertThat(war.get("heartline.js").body()).contains("Heartline");
    HttpResponse<String> module = war.get("heartline.mjs");
    assertThat(module.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/javascript");
    HttpResponse<String> sockjs = war.get("sockjs.min.js");
    assertThat(sockjs.body()).startsWith("/* sockjs-client v1.6.1 ");
    assertThat(sockjs.headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(war.get("health/live").statusCode()).isEqualTo(200);
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    Guest ann = war.guest();
    assertThat(war.get("api/whoami", "Cookie", ann.cookie()).body()).contains(ann.user());
  }

  @Test
  void aPageThatLeavesIsAnsweredItsClose() throws IOException {
    try (RawSocketClient line = RawSocketClient.open(war.door("updatewebsocket"))) {
      line.frame(true, RawSocketClient.CLOSE, (byte) 0x03, (byte) 0xe8);
      assertThat(line.readClose().code()).isEqualTo(1000);
    }
  }
}
