package io.heartline.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Command;
import io.heartline.protocol.Command.Publish.Needs;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StompDialectTest {
  private static final ChannelName ORDERS = new ChannelName("orders");
  private static final List<SendRule> RULES = List.of(
      SendRule.parse("/app/chat = public:chat"),
      SendRule.parse("/app/*=https://app.internal/stomp"),
      SendRule.parse("/app/room/*=public:rooms"),
      SendRule.parse("/topic/*=*"));
  private static final Position AT = new Position("e.0", 3, 17);

  private StompDialect dialect;

  @BeforeEach
  void open() {
    dialect = new StompDialect(new Sends(RULES), 64 * 1024);
  }

  private List<Command> say(String text) {
    return dialect.decode(text.replace('^', '\0'));
  }

  private void connect(String version) {
    assertThat(say("CONNECT\naccept-version:" + version + "\nhost:x\n\n^"))
        .first()
        .isEqualTo(new Command.Hello(null, null, false));
  }

  private String told(Push push) {
    String text = dialect.encode(push);
    return text == null ? "" : text.replace('\0', '^');
  }

  private void assertRefused(String frames, String rule) {
    List<Command> commands = say(frames);
    Command last = commands.get(commands.size() - 1);
    assertThat(last).isInstanceOf(Command.Refused.class);
    assertThat(((Command.Refused) last).message()).contains(rule);
    assertThat(say("SEND\ndestination:x\n\n^")).as("nothing is read after that").isEmpty();
  }

  private static Push.Welcome welcome(String user) {
    return new Push.Welcome("l1", null, user, 25_000, 10_000, 0, 65536, 128);
  }

  @ParameterizedTest
  @CsvSource({"'1.0,1.1,1.2', 1.2", "'1.1,1.0', 1.1", "1.0, 1.0", "'1.2, 9.9', 1.2"})
  void theHighestCommonVersionIsSpoken(String offered, String spoken) {
    connect(offered);
    assertThat(told(welcome(null)))
        .isEqualTo("CONNECTED\nversion:" + spoken
            + "\nheart-beat:1000,1000\nsession:l1\nserver:Heartline\n\n^");
  }

  @Test
  void aClientThatNamesNoVersionSpeaksTheFirst() {
    say("CONNECT\n\n^");
    assertThat(told(welcome("ann"))).contains("version:1.0\n").contains("user-name:ann\n");
  }

  @Test
  void aVersionThatNobodySpeaksIsRefusedWithThoseWeDo() {
    assertRefused(
        "CONNECT\naccept-version:2.0\n\n^", "accept-version must have one of 1.0,1.1,1.2");
    assertThat(told(new Push.Error("malformed", "no", null, null)))
        .isEqualTo("ERROR\nmessage:no\ncode:malformed\nversion:1.0,1.1,1.2\n"
            + "content-type:text/plain;charset=UTF-8\n\nno^");
  }

  @Test
  void bothSidesAgreeOnBeats() {
    assertThat(say("CONNECT\naccept-version:1.2\nheart-beat:4000,500\n\n^").get(1))
        .isEqualTo(new Command.Beats(Duration.ofMillis(1000), Duration.ofMillis(4000)));
    open();
    assertThat(say("CONNECT\naccept-version:1.2\n\n^").get(1))
        .isEqualTo(new Command.Beats(null, null));
    open();
    assertRefused("CONNECT\naccept-version:1.2\nheart-beat:x\n\n^", "heart-beat must be");
    assertThat(told(new Push.Beat(5))).isEqualTo("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'Authorization:Bearer t1', t1",
    "'login:a\npasscode:p', p",
    "'login:a', ",
    "'Authorization:', "
  })
  void credentialsReachTheAuthenticator(String header, String token) {
    assertThat(say("CONNECT\naccept-version:1.2\n" + header + "\n\n^").get(0))
        .isEqualTo(new Command.Hello(null, token, false));
  }

  @Test
  void aTopicIsAChannel() {
    connect("1.2");
    assertThat(say("SUBSCRIBE\nid:s1\ndestination:/topic/orders\n\n^"))
        .containsExactly(new Command.Subscribe(new Subscription(ORDERS, "s1"), new From.Now()));
    assertThat(say("UNSUBSCRIBE\nid:s1\nreceipt:r1\n\n^"))
        .containsExactly(new Command.Request(
            List.of(new Command.Unsubscribe(new Subscription(ORDERS, "s1"))), "r1"));
    assertThat(told(new Push.Receipt("r:1"))).isEqualTo("RECEIPT\nreceipt-id:r\\c1\n\n^");
  }

  @Test
  void anotherSubscriptionOfTheSameIdMayFollow() {
    connect("1.2");
    say("SUBSCRIBE\nid:s1\ndestination:/topic/orders\n\n^UNSUBSCRIBE\nid:s1\n\n^"
        + "SUBSCRIBE\nid:s1\ndestination:/topic/b\n\n^");
    told(new Push.Unsubscribed(new Subscription(ORDERS, "s1"), null));
    assertThat(dialect.publications(new Subscription(new ChannelName("b"), "s1")))
        .isEqualTo(new MessageEncoding(Version.V1_2, "s1", "/topic/b", false));
  }

  @Test
  void nothingIsKeptOfASubscriptionThatEnded() {
    connect("1.2");
    for (int i = 0; i < 100; i++) {
      say("SUBSCRIBE\nid:s" + i + "\ndestination:/topic/orders\n\n^UNSUBSCRIBE\nid:s" + i
          + "\n\n^");
      told(new Push.Unsubscribed(new Subscription(ORDERS, "s" + i), null));
    }
    assertThat(dialect.known()).isZero();
  }

  @Test
  void theUsersOwnQueueIsTheirChannel() {
    connect("1.1");
    assertThat(say("SUBSCRIBE\nid:s1\ndestination:/user/queue/news\n\n^UNSUBSCRIBE\nid:s1\n\n^"))
        .containsExactly(
            new Command.SubscribeOwn("s1", new From.Now(), AckMode.NONE),
            new Command.UnsubscribeOwn("s1"));
  }

  @Test
  void readingStartsWhereAHeaderSays() {
    connect("1.2");
    assertThat(say("SUBSCRIBE\nid:1\ndestination:/topic/orders\nafter:e.0\\c3\\c17\n\n^"))
        .containsExactly(new Command.Subscribe(new Subscription(ORDERS, "1"), new From.After(AT)));
    assertThat(say("SUBSCRIBE\nid:0\ndestination:/topic/orders\ntoken:t\n\n^"))
        .containsExactly(new Command.Subscribe(
            new Subscription(ORDERS, "0"), new From.Now(), AckMode.NONE, "t"));
    assertThat(say("SUBSCRIBE\nid:2\ndestination:/topic/orders\nlast:5\n\n^"))
        .containsExactly(new Command.Subscribe(new Subscription(ORDERS, "2"), new From.Last(5)));
    assertThat(say("SUBSCRIBE\nid:3\ndestination:/topic/orders\nafter:?\n\n^"))
        .containsExactly(
            new Command.Subscribe(new Subscription(ORDERS, "3"), new From.Unreadable()));
  }

  @ParameterizedTest
  @CsvSource({
    "'SUBSCRIBE\nid:1\n\n^', SUBSCRIBE must have the header destination",
    "'SUBSCRIBE\ndestination:/topic/a\n\n^', SUBSCRIBE must have the header id",
    "'SUBSCRIBE\nid:1\ndestination:/queue/a\n\n^', must not be a /queue/",
    "'SUBSCRIBE\nid:1\ndestination:/topic/a b\n\n^', channel's name",
    "'SUBSCRIBE\nid:1\ndestination:x\n\n^', destination must be /topic/",
    "'SUBSCRIBE\nid:1\ndestination:/topic/a\nack:x\n\n^', ack must be",
    "'SUBSCRIBE\nid:1\ndestination:/topic/a\nlast:x\n\n^', last must be",
    "'SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^SUBSCRIBE\nid:1\ndestination:/topic/b\n\n^', id must be new",
    "'UNSUBSCRIBE\nid:1\n\n^', id must be one of a subscription",
    "'UNSUBSCRIBE\n\n^', UNSUBSCRIBE must have the header id",
    "'SEND\n\nx^', SEND must have the header destination",
    "'SEND\ndestination:/app/chat\ntransaction:t\n\nx^', transaction must have begun",
    "'COMMIT\ntransaction:t\n\n^', transaction must have begun",
    "'BEGIN\ntransaction:t\n\n^BEGIN\ntransaction:t\n\n^', transaction must not be open",
    "'ACK\n\n^', ACK must have the header id",
    "'ACK\nid:e/9\n\n^', ACK must be for a message",
    "'NACK\nid:e.0\\c3\\c17/9\n\n^', NACK must be for a message",
    "'SUBSCRIBE\nid:1\ndestination:/topic/a\nack:client\n\n^ACK\nid:1\n\n^', ACK must be for a message",
    "'CONNECT\naccept-version:1.2\n\n^', CONNECT or STOMP must be sent once",
    "'MESSAGE\n\n^', the command must be one",
    "'SEND\nx\n\n^', a header must be",
  })
  void aBadFrameIsRefusedWithItsRule(String frames, String rule) {
    connect("1.2");
    assertRefused(frames, rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^",
        "SEND\ndestination:a\n\n^",
        "GET / HTTP/1.1\n\n^"
      })
  void nothingComesBeforeConnect(String frame) {
    assertRefused(frame, "the first frame must be CONNECT or STOMP");
  }

  @Test
  void anErrorNamesTheReceiptOfItsFrame() {
    connect("1.2");
    assertThat(say("SUBSCRIBE\nid:1\nreceipt:r7\n\n^"))
        .containsExactly(new Command.Request(
            List.of(new Command.Refused(
                "malformed", "SUBSCRIBE must have the header destination", null)),
            "r7"));
    assertThat(told(new Push.Error("forbidden", "no", null, "r7"))).contains("receipt-id:r7\n");
    assertThat(told(new Push.Bye(CloseStatus.FORBIDDEN, false, 0)))
        .as("the client was told already")
        .isEmpty();
  }

  /** The receipt of the frame before it must not be named: that frame was carried out. */
  @ParameterizedTest
  @CsvSource({
    "'SEND\nreceipt:r2\nno colon\n\n^', r2",
    "'SEND\ncontent-length:1\nreceipt:r2\n\nab^', r2",
    "'SEND\nreceipt:r\\t\n\n^', ",
    "'SEND\nno colon\nreceipt:r2\n\n^', ",
    "'SEND^', ",
    "'^', ",
  })
  void anErrorOfAFrameThatCannotBeReadNamesItsReceiptIfThatWasRead(String bad, String receipt) {
    connect("1.2");
    List<Command> commands = say("SEND\ndestination:/app/chat\nreceipt:r1\n\n1^" + bad);
    assertThat(commands)
        .hasSize(2)
        .first()
        .isEqualTo(new Command.Request(
            List.of(new Command.Publish(new ChannelName("public:chat"), "1", Needs.NOTHING)),
            "r1"));
    if (receipt == null) {
      assertThat(commands.get(1)).isInstanceOf(Command.Refused.class);
    } else {
      assertThat(commands.get(1)).isInstanceOfSatisfying(Command.Request.class, request -> {
        assertThat(request.receipt()).isEqualTo(receipt);
        assertThat(request.commands()).singleElement().isInstanceOf(Command.Refused.class);
      });
    }
  }

  @Test
  void anErrorNamesTheReceiptThatCameInAnEarlierMessage() {
    connect("1.2");
    assertThat(say("SEND\nreceipt:r2\n")).isEmpty();
    assertThat(say("no colon\n\n^"))
        .singleElement()
        .isInstanceOfSatisfying(
            Command.Request.class, request -> assertThat(request.receipt()).isEqualTo("r2"));
  }

  @Test
  void whatMayNotBeSentIsDroppedUnlessAReceiptIsAskedFor() {
    connect("1.1");
    assertThat(say("SEND\ndestination:test\n\n^"))
        .containsExactly(new Command.Ignored(
            "forbidden", "destination must be one that clients may send to: test", "test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | {\"a\": 1} | {\"a\":1}",
        "'' | hello | \"hello\"",
        "'' | '' | \"\"",
        "'' | 1 2 | \"1 2\"",
        "'content-type:text/plain\n' | 17 | \"17\"",
        "'content-type:application/json\n' | [1] | [1]",
      })
  void whatMayBeSentIsPublishedAsJson(String header, String body, String data) {
    connect("1.2");
    assertThat(say("SEND\ndestination:/app/chat\n" + header + "\n" + body + "^"))
        .containsExactly(new Command.Publish(new ChannelName("public:chat"), data, Needs.NOTHING));
  }

  @Test
  void theExactRuleCountsThenTheLongestPrefix() {
    connect("1.2");
    assertThat(say("SEND\ndestination:/app/room/7\n\n1^"))
        .containsExactly(new Command.Publish(new ChannelName("public:rooms"), "1", Needs.NOTHING));
    assertThat(say("SEND\ndestination:/topic/a.b\n\n1^"))
        .containsExactly(new Command.Publish(new ChannelName("a.b"), "1", Needs.READING));
    assertThat(say("SEND\ndestination:/topic/a b\n\n1^"))
        .singleElement()
        .isInstanceOf(Command.Ignored.class);
    assertThat(
            say("SEND\ndestination:/app/chat.addUser\nroom:a\nreceipt:r\ncontent-length:2\n\nhi^"))
        .containsExactly(new Command.Request(
            List.of(new Command.Ask(
                URI.create("https://app.internal/stomp"),
                "/app/chat.addUser",
                Map.of("room", "a"),
                "\"hi\"")),
            "r"));
  }

  @Test
  void withoutARuleATopicIsAChannelToPublishIn() {
    StompDialect dialect = new StompDialect(new Sends(List.of()), 64 * 1024);
    assertThat(dialect.decode("CONNECT\naccept-version:1.2\n\n\0"
            + "SEND\ndestination:/topic/a.b\n\n1\0SEND\ndestination:/topic/a b\n\n1\0"
            + "SEND\ndestination:/queue/a\n\n1\0"))
        .contains(new Command.Publish(new ChannelName("a.b"), "1", Needs.PUBLISHING))
        .filteredOn(command -> command instanceof Command.Ignored)
        .hasSize(2);
  }

  @Test
  void aTransactionIsSentWhenItIsCommitted() {
    connect("1.2");
    assertThat(say("BEGIN\ntransaction:t\n\n^SEND\ndestination:/app/chat\ntransaction:t\n\n1^"
            + "SEND\ndestination:/app/chat\ntransaction:t\n\n2^"))
        .isEmpty();
    assertThat(say("COMMIT\ntransaction:t\nreceipt:c\n\n^"))
        .containsExactly(new Command.Request(
            List.of(
                new Command.Publish(new ChannelName("public:chat"), "1", Needs.NOTHING),
                new Command.Publish(new ChannelName("public:chat"), "2", Needs.NOTHING)),
            "c"));
    assertThat(say("BEGIN\ntransaction:t\n\n^SEND\ndestination:/app/chat\ntransaction:t\n\n1^"
            + "ABORT\ntransaction:t\n\n^"))
        .isEmpty();
  }

  @Test
  void openTransactionsAreBounded() {
    connect("1.2");
    StringBuilder frames = new StringBuilder("BEGIN\ntransaction:t\n\n^");
    for (int i = 0; i <= Transactions.MAX_COMMANDS; i++) {
      frames.append("SEND\ndestination:/app/chat\ntransaction:t\n\n1^");
    }
    assertRefused(frames.toString(), "open transactions must have at most");
  }

  @Test
  void aTransactionThatEndsGivesItsRoomBackThoughAnotherStaysOpen() {
    connect("1.2");
    assertThat(say("BEGIN\ntransaction:open\n\n^")).isEmpty();
    String send = "SEND\ndestination:/app/chat\ntransaction:t\n\n" + "x".repeat(40_000) + "^";
    for (int i = 0; i < 3; i++) {
      assertThat(say("BEGIN\ntransaction:t\n\n^" + send)).isEmpty();
      assertThat(say("COMMIT\ntransaction:t\n\n^"))
          .singleElement()
          .isInstanceOf(Command.Publish.class);
    }
  }

  @Test
  void goodByeIsAnsweredAndThenNothingIsRead() {
    connect("1.2");
    assertThat(say("DISCONNECT\nreceipt:77\n\n^SEND\ndestination:x\n\n^"))
        .containsExactly(new Command.Request(List.of(), "77"), new Command.Leave());
    assertThat(say("SEND\ndestination:x\n\n^")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"^", "SEND\nno colon\n\n^", "CONNECT\n\n^", "SEND\nhalf"})
  void nothingIsReadBehindAGoodByeInTheSameMessage(String bad) {
    connect("1.2");
    assertThat(say("DISCONNECT\nreceipt:77\n\n^" + bad))
        .containsExactly(new Command.Request(List.of(), "77"), new Command.Leave());
    assertThat(dialect.midway()).isZero();
  }

  private static Publication publication(String data) {
    return new Publication(AT, data);
  }

  @Test
  void aMessageSaysWhereToResume() {
    MessageEncoding encoding = new MessageEncoding(Version.V1_2, "s:1", "/topic/orders", true);
    assertThat(encoding.encode(ORDERS, List.of(publication("{\"a\":1}"))))
        .containsExactly("MESSAGE\nsubscription:s\\c1\nmessage-id:e.0\\c3\\c17\n"
            + "destination:/topic/orders\nposition:e.0\\c3\\c17\nack:e.0\\c3\\c17/s\\c1\n"
            + "timestamp:0\ncontent-type:application/json\n\n{\"a\":1}\0");
  }

  @Test
  void aTextIsSentBare() {
    MessageEncoding encoding = new MessageEncoding(Version.V1_0, null, "/topic/orders", false);
    assertThat(encoding.encode(ORDERS, List.of(publication("\"a\\nb\\u0000\""))))
        .containsExactly("MESSAGE\nmessage-id:e.0:3:17\ndestination:/topic/orders\n"
            + "position:e.0:3:17\ntimestamp:0\ncontent-type:text/plain;charset=UTF-8\n"
            + "content-length:4\n\na\nb\0\0");
  }

  @Test
  void aMessageSaysWhenItWasPublishedAndByWhichIdOfItsPublisher() {
    Publication published =
        new Publication(new Position("e.0", 3, 1_795_914_836_554_022L), "1", "order:1\\~");
    assertThat(headers(Version.V1_2, published))
        .contains("timestamp:1795914836554", "publication-id:order\\c1\\\\~");
    assertThat(headers(Version.V1_1, published)).contains("publication-id:order\\c1\\\\~");
    assertThat(headers(Version.V1_0, published)).contains("publication-id:order:1\\~");
    assertThat(headers(Version.V1_2, publication("1")))
        .noneMatch(header -> header.startsWith("publication-id"));
  }

  private static List<String> headers(Version version, Publication publication) {
    String frame = new MessageEncoding(version, "1", "/topic/orders", false)
        .encode(ORDERS, List.of(publication))
        .get(0);
    return List.of(frame.substring(0, frame.indexOf("\n\n")).split("\n", -1));
  }

  @Test
  void anAckNamesItsSubscription() {
    connect("1.2");
    say("SUBSCRIBE\nid:a/b\ndestination:/topic/orders\nack:client\n\n^");
    assertThat(say("ACK\nid:e.0\\c3\\c17/a/b\n\n^NACK\nid:e.0\\c3\\c17/a/b\n\n^"))
        .containsExactly(
            new Command.Acknowledge("a/b", AT, true), new Command.Acknowledge("a/b", AT, false));
    assertThat(say("BEGIN\ntransaction:t\n\n^ACK\nid:e.0\\c3\\c17/a/b\ntransaction:t\n\n^"))
        .isEmpty();
    assertThat(say("COMMIT\ntransaction:t\n\n^"))
        .containsExactly(new Command.Acknowledge("a/b", AT, true));
  }

  @Test
  void anAckOfAnOlderVersionNamesMessageAndSubscription() {
    connect("1.1");
    say("SUBSCRIBE\nid:1\ndestination:/topic/orders\nack:client\n\n^");
    assertThat(say("ACK\nmessage-id:e.0\\c3\\c17\nsubscription:1\n\n^"))
        .containsExactly(new Command.Acknowledge("1", AT, true));
    assertRefused("ACK\nmessage-id:e.0\\c3\\c17\n\n^", "must have the header subscription");
    open();
    connect("1.0");
    say("SUBSCRIBE\ndestination:/topic/orders\nack:client\n\n^");
    assertThat(say("ACK\nmessage-id:e.0:3:17\n\n^"))
        .containsExactly(new Command.Acknowledge("/topic/orders", AT, true));
  }

  @Test
  void anAckThatNobodyAskedForChangesNothing() {
    connect("1.2");
    say("SUBSCRIBE\nid:1\ndestination:/topic/orders\n\n^");
    assertThat(say("ACK\nid:e.0\\c3\\c17/1\n\n^")).isEmpty();
  }

  @Test
  void aClientMayNameItself() {
    assertThat(say("CONNECT\naccept-version:1.2\nclient-id:tab-1\n\n^").get(0))
        .isEqualTo(new Command.Hello("tab-1", null, false));
    open();
    assertRefused("CONNECT\naccept-version:1.2\nclient-id:a b\n\n^", "client-id must have");
  }

  @Test
  void aGapIsAMessageWithoutABody() {
    connect("1.2");
    say("SUBSCRIBE\nid:1\ndestination:/topic/orders\nafter:?\n\n^");
    Subscription subscription = new Subscription(ORDERS, "1");
    String gap = "MESSAGE\nsubscription:1\nmessage-id:e.0\\c3\\c17\ndestination:/topic/orders\n"
        + "position:e.0\\c3\\c17\ngap:";
    assertThat(told(new Push.Subscribed(subscription, new Start(AT, GapReason.UNKNOWN))))
        .isEqualTo(gap + "unknown\n\n^");
    assertThat(told(new Push.Gap(subscription, AT, GapReason.TRIMMED)))
        .isEqualTo(gap + "trimmed\n\n^");
    assertThat(told(new Push.Subscribed(subscription, new Start(AT, null)))).isEmpty();
  }

  @Test
  void aHeaderCannotBeginAnotherOne() {
    connect("1.2");
    assertThat(told(new Push.Error("malformed", "a\nmessage-id:evil\r\0", null, null)))
        .startsWith("ERROR\nmessage:a\\nmessage-id\\cevil\\r \n");
    open();
    say("CONNECT\n\n^");
    assertThat(told(welcome("a\nrole:admin"))).contains("user-name:a role:admin\n");
  }

  @Test
  void whoMustStayAwayIsTold() {
    connect("1.2");
    assertThat(told(new Push.Bye(CloseStatus.STOPPING, true, 100))).isEmpty();
    assertThat(told(new Push.Bye(CloseStatus.KICKED, false, 0)))
        .startsWith("ERROR\nmessage:disconnected by an operator\ncode:4501\n");
  }
}
