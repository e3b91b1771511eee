package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code heartline.v1} at {@code /line}. */
class NativeLineIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static WebSocketRecorder open(String... headers) {
    return open(war, headers);
  }

  private static WebSocketRecorder open(RunningWar war, String... headers) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), headers);
    line.send("{\"hello\":{}}");
    assertThat(line.object()).startsWith("{\"welcome\":{");
    return line;
  }

  /** A channel of the test's own. */
  private static String channel(TestInfo test) {
    return "public:" + test.getTestMethod().orElseThrow().getName();
  }

  private static String subscribe(String channel) {
    return "{\"subscribe\":\"" + channel + "\"}";
  }

  private static String subscribe(String channel, String after) {
    return "{\"subscribe\":\"" + channel + "\",\"after\":\"" + after + "\"}";
  }

  private static String subscribed(String channel, String position) {
    return "{\"subscribed\":\"" + channel + "\",\"position\":\"" + position
        + "\",\"recovered\":true}";
  }

  /** Publishes the numbers from 1 and returns their positions. */
  private static List<String> publishNumbers(String channel, int count) throws IOException {
    List<String> positions = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      positions.add(war.publish(channel, String.valueOf(i)));
    }
    return positions;
  }

  private static void assertNumbers(WebSocketRecorder line, String channel, int from, int to) {
    for (int i = from; i <= to; i++) {
      String push = line.object();
      assertThat(push).startsWith("{\"channel\":\"" + channel + "\",\"offset\":" + i);
      assertThat(push).endsWith("\"data\":" + i + "}");
    }
  }

  @Test
  void theFirstFrameIsAnsweredByTheWelcome() throws IOException {
    Guest ann = war.guest();
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
    line.send("{\"hello\":{\"instance\":\"tab-1\",\"color\":\"red\"}}");
    assertThat(line.object())
        .matches("\\{\"welcome\":\\{\"line\":\"[a-z0-9-]+\",\"instance\":\"tab-1\",\"user\":\""
            + ann.user() + "\",\"beat\":25000,\"grace\":10000,\"time\":\\d{13},"
            + "\"limits\":\\{\"message\":65536,\"channels\":128}}}");
    line.assertPageLives();
  }

  @Test
  void anAnonymousFirstFrameOfAnyKindIsAnsweredByTheWelcomeToo() {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send("{\"probe\":1}");
    assertThat(line.object()).startsWith("{\"welcome\":{\"line\":").doesNotContain("user");
    assertThat(line.object()).isEqualTo("{\"probed\":1}");
    line.send("{\"hello\":{}}");
    line.assertPageLives();
  }

  @Test
  void subscribedNamesTheHeadAndWhatIsPublishedAfterwardsArrives(TestInfo test) throws IOException {
    String channel = channel(test);
    String head = publishNumbers(channel, 3).get(2);
    WebSocketRecorder line = open();
    line.send(subscribe(channel));
    assertThat(line.object()).isEqualTo(subscribed(channel, head));
    String next = war.publish(channel, " { \"a\": 1.0 } ");
    assertThat(line.object())
        .isEqualTo("{\"channel\":\"" + channel + "\",\"offset\":4,\"time\":"
            + Position.parse(next).orElseThrow().time()
            + ",\"position\":\"" + next
            + "\",\"data\":{\"a\":1.0}}");
    line.assertPageLives();
  }

  @Test
  void subscribedToAnEmptyChannelNamesAPositionThatCanBeResumedFrom(TestInfo test)
      throws IOException {
    String channel = channel(test);
    WebSocketRecorder first = open();
    first.send(subscribe(channel));
    String answer = first.object();
    String position = Json.field(answer, "position");
    assertThat(answer).isEqualTo(subscribed(channel, position));
    publishNumbers(channel, 2);
    assertNumbers(first, channel, 1, 2);
    WebSocketRecorder second = open();
    second.send(subscribe(channel, position));
    assertThat(second.object()).isEqualTo(subscribed(channel, position));
    assertNumbers(second, channel, 1, 2);
    second.assertPageLives();
  }

  @Test
  void afterAPositionAllThatWasMissedArrivesOnceInOrder(TestInfo test) throws IOException {
    String channel = channel(test);
    List<String> positions = publishNumbers(channel, 700);
    WebSocketRecorder line = open();
    line.send(subscribe(channel, positions.get(99)));
    assertThat(line.object()).isEqualTo(subscribed(channel, positions.get(99)));
    assertNumbers(line, channel, 101, 700);
    war.publish(channel, "701");
    assertNumbers(line, channel, 701, 701);
    line.assertPageLives();
  }

  @Test
  void theLastPushOfAChannelInAFrameCarriesThePosition(TestInfo test) throws IOException {
    String channel = channel(test);
    String filling = "\"" + "x".repeat(1_000) + "\"";
    String start = war.publish(channel, "0");
    List<String> positions = new ArrayList<>(List.of(start));
    for (int i = 0; i < 300; i++) {
      positions.add(war.publish(channel, filling));
    }
    WebSocketRecorder line = open();
    line.send(subscribe(channel, start));
    int seen = 1;
    while (seen < positions.size()) {
      List<String> objects = new ArrayList<>(List.of(line.frame().split("\n")));
      objects.removeIf(object -> object.startsWith("{\"subscribed\":"));
      seen += objects.size();
      if (!objects.isEmpty()) {
        String last = objects.get(objects.size() - 1);
        assertThat(last)
            .isEqualTo("{\"channel\":\"" + channel + "\",\"offset\":" + seen + ",\"time\":"
                + Position.parse(positions.get(seen - 1)).orElseThrow().time()
                + ",\"position\":\""
                + positions.get(seen - 1) + "\",\"data\":" + filling + "}");
      }
    }
    assertThat(seen).isEqualTo(301);
    line.assertPageLives();
  }

  @Test
  void whoSubscribesWhileOthersPublishMissesNothingAndSeesNothingTwice(TestInfo test)
      throws IOException {
    String channel = channel(test);
    int count = 400;
    CompletableFuture<List<String>> publishing = CompletableFuture.supplyAsync(() -> {
      try {
        return publishNumbers(channel, count);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    List<WebSocketRecorder> lines = new ArrayList<>();
    while (!publishing.isDone()) {
      WebSocketRecorder line = open();
      line.send(subscribe(channel));
      lines.add(line);
    }
    publishing.join();
    for (WebSocketRecorder line : lines) {
      int start = Integer.parseInt(Json.field(line.object(), "position").split(":")[1]);
      assertNumbers(line, channel, start + 1, count);
      line.assertPageLives();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 1_000})
  void lastNBringsAsManyBackAsThereAre(int n) throws IOException {
    String channel = "public:last-" + n;
    publishNumbers(channel, 10);
    WebSocketRecorder line = open();
    line.send("{\"subscribe\":\"" + channel + "\",\"last\":" + n + "}");
    assertThat(line.object()).contains("\"recovered\":true");
    assertNumbers(line, channel, Math.max(1, 11 - n), 10);
    line.assertPageLives();
  }

  @Test
  void aTextThatIsNoPositionIsAGapAndPushesGoOnFromTheHead(TestInfo test) throws IOException {
    assertGap(channel(test), "nonsense", "unknown");
  }

  @Test
  void aWrongTagOrAnOffsetBeyondTheHeadIsDiverged(TestInfo test) throws IOException {
    String channel = channel(test);
    String[] position = war.publish(channel, "\"rewound\"").split(":");
    long tag = Long.parseLong(position[2]);
    assertGap(channel, position[0] + ":1:" + (tag + 1), "diverged");
    assertGap(channel, position[0] + ":99:" + tag, "diverged");
  }

  private static void assertGap(String channel, String after, String reason) throws IOException {
    assertGap(war, channel, after, reason);
  }

  private static void assertGap(RunningWar war, String channel, String after, String reason)
      throws IOException {
    String head = war.publish(channel, "\"before\"");
    WebSocketRecorder line = open(war);
    line.send(subscribe(channel, after));
    assertThat(line.object())
        .isEqualTo("{\"subscribed\":\"" + channel + "\",\"position\":\"" + head
            + "\",\"recovered\":false,\"reason\":\"" + reason + "\"}");
    war.publish(channel, "\"after\"");
    assertThat(line.object()).endsWith("\"data\":\"after\"}");
    line.assertPageLives();
  }

  @Test
  void aStoreInMemoryEndsWithItsServerAndItsPositionsAreAGap(@TempDir Path other)
      throws IOException {
    String position;
    int port;
    try (RunningWar before = RunningWar.start(other, "heartline.store=memory")) {
      position = before.publish("updates", "1");
      port = before.port();
      before.kill();
    }
    try (RunningWar again =
        RunningWar.start(other, "heartline.store=memory", "heartline.port=" + port)) {
      assertGap(again, "updates", position, "epoch");
    }
  }

  @Test
  void whatIsNoLongerRetainedIsAGapAndWhatIsRetainedIsNot(@TempDir Path other) throws IOException {
    try (RunningWar small = RunningWar.start(other, "heartline.retain.count=5")) {
      List<String> positions = new ArrayList<>();
      for (int i = 1; i <= 9; i++) {
        positions.add(small.publish("updates", String.valueOf(i)));
      }
      WebSocketRecorder line = open(small);
      line.send(subscribe("updates", positions.get(3)));
      assertThat(line.object()).isEqualTo(subscribed("updates", positions.get(3)));
      assertNumbers(line, "updates", 5, 9);
      line.assertPageLives();
      assertGap(small, "updates", positions.get(3), "trimmed");
    }
  }

  @Test
  void aSecondSubscribeToAHeldChannelIsRefusedAndMovesNothing(TestInfo test) throws IOException {
    String channel = channel(test);
    List<String> positions = publishNumbers(channel, 3);
    WebSocketRecorder line = open();
    line.send(subscribe(channel));
    assertThat(line.object()).isEqualTo(subscribed(channel, positions.get(2)));
    line.send(subscribe(channel, positions.get(0)));
    assertThat(line.object())
        .isEqualTo("{\"error\":{\"code\":\"already\",\"message\":\"this line reads the channel"
            + " already\",\"about\":\"" + channel + "\"}}");
    war.publish(channel, "4");
    assertNumbers(line, channel, 4, 4);
    line.assertPageLives();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders", "user:somebody", "publicity", "updates:x", "User:somebody"})
  void whatIsNotOpenedByARuleIsForbidden(String channel) {
    WebSocketRecorder line = open();
    line.send(subscribe(channel));
    assertThat(line.object())
        .isEqualTo("{\"error\":{\"code\":\"forbidden\",\"message\":\"you may not read this"
            + " channel\",\"about\":\"" + channel + "\"}}");
    line.assertPageLives();
  }

  @Test
  void aUserMayReadHisOwnChannelAndNobodyElses() throws IOException {
    Guest ann = war.guest();
    Guest bob = war.guest();
    WebSocketRecorder line = open("Cookie", ann.cookie());
    line.send(subscribe("user:" + bob.user()));
    assertThat(line.object()).contains("\"forbidden\"");
    line.send(subscribe("user:" + ann.user()));
    assertThat(line.object()).contains("\"recovered\":true");
    war.publish("{\"users\":[\"" + bob.user() + "\",\"" + ann.user() + "\"],\"data\":\"both\"}");
    assertThat(line.object())
        .startsWith("{\"channel\":\"user:" + ann.user() + "\",\"offset\":1,")
        .endsWith("\"data\":\"both\"}");
    line.assertPageLives();
  }

  @Test
  void moreChannelsThanALineMayReadAreRefused() {
    WebSocketRecorder line = open();
    for (int i = 0; i < 128; i++) {
      line.send(subscribe("public:many-" + i));
      assertThat(line.object()).startsWith("{\"subscribed\":\"public:many-" + i + '"');
    }
    line.send(subscribe("public:many-128"));
    assertThat(line.object())
        .isEqualTo("{\"error\":{\"code\":\"limit\",\"message\":\"at most 128 channels per line\","
            + "\"about\":\"public:many-128\"}}");
    line.send("{\"unsubscribe\":\"public:many-0\"}");
    assertThat(line.object()).isEqualTo("{\"unsubscribed\":\"public:many-0\"}");
    line.send(subscribe("public:many-128"));
    assertThat(line.object()).startsWith("{\"subscribed\":\"public:many-128\"");
  }

  @Test
  void unsubscribeOfWhatIsNotReadIsRefused() {
    WebSocketRecorder line = open();
    line.send("{\"unsubscribe\":\"public:never\"}");
    assertThat(line.object())
        .isEqualTo("{\"error\":{\"code\":\"none\",\"message\":\"this line does not read the"
            + " channel\",\"about\":\"public:never\"}}");
    line.assertPageLives();
  }

  @Test
  void afterUnsubscribeNothingOfTheChannelArrivesUntilTheNextSubscribe(TestInfo test)
      throws IOException {
    String channel = channel(test);
    WebSocketRecorder line = open();
    line.send(subscribe(channel));
    line.object();
    String first = war.publish(channel, "1");
    assertNumbers(line, channel, 1, 1);
    line.send("{\"unsubscribe\":\"" + channel + "\"}");
    assertThat(line.object()).isEqualTo("{\"unsubscribed\":\"" + channel + "\"}");
    war.publish(channel, "2");
    line.assertPageLives();
    line.send(subscribe(channel, first));
    assertThat(line.object()).isEqualTo(subscribed(channel, first));
    assertNumbers(line, channel, 2, 2);
  }

  @Test
  void commandsAreAnsweredInOrderOneAnswerEach(TestInfo test) {
    String channel = channel(test);
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
    line.send(String.join(
        "\n",
        "{\"hello\":{}}",
        "{\"probe\":1}",
        subscribe(channel),
        "{\"probe\":2}",
        "nonsense",
        "{\"unsubscribe\":\"" + channel + "\"}",
        "{\"beat\":1}",
        "",
        subscribe("forbidden"),
        "{\"probe\":9007199254740991}"));
    assertThat(IntStream.range(0, 8).mapToObj(i -> line.object()))
        .extracting(object -> object.replaceAll("^\\{\"(\\w+)\":.*", "$1"))
        .containsExactly(
            "welcome",
            "probed",
            "subscribed",
            "probed",
            "error",
            "unsubscribed",
            "error",
            "probed");
    line.assertPageLives();
  }

  @Test
  void tokensAreRefusedInWordsAsLongAsTheyAreNotInUse() {
    WebSocketRecorder line = open();
    line.send("{\"token\":\"abc\"}");
    assertThat(line.object()).startsWith("{\"error\":{\"code\":\"unsupported\"");
    line.assertPageLives();
  }

  @Test
  void withoutTheSubprotocolALineIsClosedWith4506() {
    WebSocketRecorder line = WebSocketRecorder.raw(war.door("line"));
    assertThat(line.closed()).isEqualTo(new Closed(4506, "ask for the subprotocol heartline.v1"));
  }

  @Test
  void anUnknownSubprotocolIsClosedWith4506() throws IOException {
    try (RawSocketClient line =
        RawSocketClient.open(war.door("line"), "Sec-WebSocket-Protocol", "heartline.v99")) {
      assertThat(line.readClose().code()).isEqualTo(4506);
    }
  }

  @Test
  void offeredCompressionIsDeclined() throws IOException {
    try (RawSocketClient line = RawSocketClient.connect(war.door("line"))) {
      RawSocketClient.Answer answer = line.handshake(
          war.door("line"),
          "Sec-WebSocket-Protocol",
          "heartline.v2, heartline.v1",
          "Sec-WebSocket-Extensions",
          "permessage-deflate; client_max_window_bits");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
          .contains("sec-websocket-protocol: heartline.v1\r\n")
          .doesNotContain("sec-websocket-extensions");
    }
  }
}
