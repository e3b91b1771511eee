package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heartline.protocol.stomp.SendRule;
import io.heartline.protocol.stomp.StompProtocol;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is no STOMP, or more than is allowed, is answered by one ERROR that names the field, the
 * rule and the value. Then the line is closed, and nobody else notices.
 */
class BadStompTest {
  private static final int BODY = 64 * 1024;
  private static final String NONE = "";
  private static final String SEND = "SEND\ndestination:/app/chat\n";

  private static final Door DOOR = new Door(
      "stomp",
      new StompProtocol(List.of(SendRule.parse("/app/chat=public")), BODY),
      SeatPolicy.NONE,
      Duration.ofSeconds(25),
      null,
      user -> List.of());

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();
  private final RecordingConnection bystander = new RecordingConnection();

  @BeforeEach
  void somebodyElseReads() {
    say(rig.open(DOOR, null, bystander), "CONNECT\n\n^SUBSCRIBE\ndestination:/topic/updates\n\n^");
    assertThat(bystander.next()).startsWith("CONNECTED\n");
  }

  /** The version agreed on before, or NONE; what the client sends; what it is told. */
  static Stream<Arguments> badInput() {
    return Stream.of(
            beforeConnect(), lines(), escapes(), lengths(), commands(), destinations(), tooMuch())
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> beforeConnect() {
    String first = "the first frame must be CONNECT or STOMP: ";
    return Stream.of(
        arguments(NONE, "SUBSCRIBE\nid:1\ndestination:/topic/updates\n\n^", first + "SUBSCRIBE"),
        arguments(NONE, "SEND\ndestination:/app/chat\n\nx^", first + "SEND"),
        arguments(NONE, "GET / HTTP/1.1\r\nHost: a\r\n\r\n^", first + "GET / HTTP/1.1"),
        arguments(
            NONE,
            "CONNECT\naccept-version:3.0\n\n^",
            "accept-version must have one of 1.0,1.1,1.2: 3.0"),
        arguments(
            NONE,
            "CONNECT\nheart-beat:-1,0\n\n^",
            "heart-beat must be two whole numbers of milliseconds, such as 10000,10000: -1,0"),
        arguments(
            NONE,
            "CONNECT\nclient-id:a b\n\n^",
            "client-id must have 1 to 64 visible ASCII characters: a b"),
        arguments("1.1", "CONNECT\n\n^", "CONNECT or STOMP must be sent once: CONNECT"),
        arguments("1.2", "STOMP\n\n^", "CONNECT or STOMP must be sent once: STOMP"));
  }

  private static Stream<Arguments> lines() {
    String nul = "NUL must come after an empty line and the body, not in the line of ";
    return Stream.of(
        arguments(NONE, "CONNECT^", nul + "CONNECT"),
        arguments(NONE, "CONNECT\npasscode:secret^", nul + "passcode"),
        arguments("1.2", "SEND\nk:v\n^", nul + "SEND"),
        arguments("1.2", "^", "NUL must come at the end of a frame, not between two"),
        arguments("1.2", "\n\n^", "NUL must come at the end of a frame, not between two"),
        arguments("1.2", SEND + "x\n\n^", "a header must be a name, a colon and a value: x"),
        arguments("1.0", SEND + ":v\n\n^", "a header must be a name, a colon and a value: :v"));
  }

  private static Stream<Arguments> escapes() {
    String of11 = " must not contain a backslash other than in \\n \\c \\\\: ";
    String of12 = " must not contain a backslash other than in \\n \\r \\c \\\\: ";
    return Stream.of(
        arguments("1.1", "SEND\nk:a\\rb\n\n^", "header k" + of11 + "\\r"),
        arguments("1.1", "SEND\nk:a\\tb\n\n^", "header k" + of11 + "\\t"),
        arguments("1.1", "SEND\nk:a\\\n\n^", "header k" + of11 + "\\"),
        arguments("1.2", "SEND\nk:a\\tb\n\n^", "header k" + of12 + "\\t"),
        arguments("1.2", "SEND\nk:\\\\\\\n\n^", "header k" + of12 + "\\"),
        arguments("1.2", "SEND\nk\\:1\n\n^", "header k\\" + of12 + "\\"));
  }

  private static Stream<Arguments> lengths() {
    String number = "content-length must be a whole number from 0 to " + BODY + ": ";
    String nul = "content-length must count the bytes of the body, after which NUL comes: ";
    return Stream.of(
        arguments("1.2", SEND + "content-length:x\n\n^", number + "x"),
        arguments("1.2", SEND + "content-length:\n\n^", number),
        arguments("1.2", SEND + "content-length:-1\n\n^", number + "-1"),
        arguments("1.2", SEND + "content-length:1.0\n\n1^", number + "1.0"),
        arguments("1.2", SEND + "content-length:65537\n\n", number + "65537"),
        arguments(
            "1.2",
            SEND + "content-length:99999999999999999999\n\n1^",
            number + "99999999999999999999"),
        arguments("1.2", SEND + "content-length:0\n\n1^", nul + "0"),
        arguments("1.2", SEND + "content-length:1\n\n12^", nul + "1"),
        arguments("1.2", SEND + "content-length:3\n\n1^" + SEND + "\n1^", nul + "3"),
        arguments(
            "1.2",
            SEND + "content-length:2\n\n你^",
            "content-length must not end within a character: 2"));
  }

  private static Stream<Arguments> commands() {
    String command = "the command must be one that a client of STOMP may send: ";
    String read = "SUBSCRIBE\nid:1\ndestination:/topic/public\nack:client\n\n^";
    return Stream.of(
        arguments("1.2", "MESSAGE\n\n^", command + "MESSAGE"),
        arguments("1.2", "send\n\n^", command + "send"),
        arguments("1.2", "RÉSUMÉ\n\n^", command + "RÉSUMÉ"),
        arguments("1.2", " SEND\n\n^", command + " SEND"),
        arguments("1.2", "x".repeat(100) + "\n\n^", command + "x".repeat(64)),
        arguments("1.2", "SEND\n\n1^", "SEND must have the header destination"),
        arguments("1.2", "SUBSCRIBE\nid:1\n\n^", "SUBSCRIBE must have the header destination"),
        arguments("1.1", "UNSUBSCRIBE\n\n^", "UNSUBSCRIBE must have the header id"),
        arguments("1.1", "ACK\n\n^", "ACK must have the header message-id"),
        arguments("1.2", "BEGIN\n\n^", "BEGIN must have the header transaction"),
        arguments("1.2", "UNSUBSCRIBE\nid:7\n\n^", "id must be one of a subscription: 7"),
        arguments("1.2", read + read, "id must be new, not that of a subscription: 1"),
        arguments(
            "1.2",
            read + "ACK\nid:7\n\n^",
            "ACK must be for a message of one of the subscriptions: /7"),
        arguments(
            "1.2",
            read + "NACK\nid:t.0\\c1\\c1/1\n\n^",
            "an acknowledgement must be for a message that this subscription was sent: t.0:1:1"),
        arguments("1.2", "COMMIT\ntransaction:t\n\n^", "transaction must have begun: t"),
        arguments(
            "1.2",
            "ABORT\ntransaction:" + "t".repeat(99) + "\n\n^",
            "transaction must have begun: " + "t".repeat(64)),
        arguments(
            "1.2",
            "BEGIN\ntransaction:t\n\n^BEGIN\ntransaction:t\n\n^",
            "transaction must not be open already: t"));
  }

  private static Stream<Arguments> destinations() {
    return Stream.of(
        arguments(
            "1.2",
            subscribe("x"),
            "destination must be /topic/<channel> or /user/queue/<any name>: x"),
        arguments(
            "1.2",
            subscribe("/queue/x"),
            "destination must not be a /queue/: here each subscriber gets all messages, and none is"
                + " kept for one of them alone; use /topic/...: /queue/x"),
        arguments(
            "1.2",
            subscribe("/topic/a b"),
            "destination must be /topic/ and a channel's name, which may contain A-Z a-z 0-9 _ . : #"
                + " / - only: U+0020 at 1"),
        arguments(
            "1.2",
            subscribe("/topic/public\nack:no"),
            "ack must be auto, client or client-individual: no"),
        arguments(
            "1.2",
            subscribe("/topic/public\nlast:-5"),
            "last must be a whole number of at most 9 digits: -5"),
        arguments(
            "1.2",
            subscribe("/topic/public\nlast:1234567890"),
            "last must be a whole number of at most 9 digits: 1234567890"));
  }

  private static String subscribe(String destination) {
    return "SUBSCRIBE\nid:1\ndestination:" + destination + "\n\n^";
  }

  private static Stream<Arguments> tooMuch() {
    String sixtyFour = "k:v\n".repeat(64);
    String line = " must have at most 8192 characters in its line";
    String long8000 = "x".repeat(8000) + "\n";
    return Stream.of(
        arguments(
            "1.2", "SEND\n" + sixtyFour + "k:v\n\n^", "a frame must have at most 64 headers: 65"),
        arguments(
            NONE, "CONNECT\n" + sixtyFour + "k:v\n\n^", "a frame must have at most 64 headers: 65"),
        arguments("1.2", "SEND\nk:" + "v".repeat(8 * 1024 - 1) + "\n\n^", "k" + line),
        arguments("1.2", "x".repeat(8 * 1024 + 1), "x".repeat(64) + line),
        arguments(
            "1.2",
            "SEND\n" + ("k:" + long8000).repeat(9) + "\n^",
            "all headers must have at most 65536 characters: 72018"),
        arguments(
            "1.2",
            SEND + "\n" + "x".repeat(BODY + 1),
            "a body must have at most 65536 bytes: 65537 or more"),
        arguments(
            "1.2",
            SEND + "\n" + "你".repeat(BODY / 3 + 1),
            "a body must have at most 65536 bytes: 65538 or more"),
        arguments(
            "1.2",
            subscribe("/topic/updates").replace("id:1", "id:" + "i".repeat(256)),
            "id must have at most 255 characters: 256"),
        arguments(
            "1.2",
            subscribe("/user/queue/" + "q".repeat(244)),
            "destination must have at most 255 characters: 256"),
        arguments("1.2", begin(0, 17), "transaction must be one of at most 16 that are open: t16"),
        arguments(
            "1.2",
            begin(0, 1) + inTransaction("1").repeat(257),
            "open transactions must have at most 256 frames and 65536 characters: t0"));
  }

  private static String begin(int from, int to) {
    StringBuilder frames = new StringBuilder();
    for (int i = from; i < to; i++) {
      frames.append("BEGIN\ntransaction:t").append(i).append("\n\n^");
    }
    return frames.toString();
  }

  private static String inTransaction(String body) {
    return SEND + "transaction:t0\n\n" + body + "^";
  }

  private void say(Line line, String frames) {
    rig.say(line, frames.replace('^', '\0'));
  }

  private Line line(String version) {
    Line line = rig.open(DOOR, null, connection);
    if (!version.equals(NONE)) {
      say(line, "CONNECT\naccept-version:" + version + "\n\n^");
      assertThat(connection.next()).startsWith("CONNECTED\nversion:" + version + "\n");
    }
    return line;
  }

  @ParameterizedTest
  @MethodSource("badInput")
  void itIsAnErrorAndTheEnd(String version, String sent, String told) {
    Line line = line(version);
    say(line, sent);
    assertToldAndClosed(line, told);
  }

  @ParameterizedTest
  @MethodSource("badInput")
  void itIsSoHoweverItIsCutIntoMessages(String version, String sent, String told) {
    Line line = line(version);
    int size = Math.max(1, sent.length() / 1000);
    for (int i = 0; i < sent.length(); i += size) {
      say(line, sent.substring(i, Math.min(i + size, sent.length())));
    }
    assertToldAndClosed(line, told);
  }

  private void assertToldAndClosed(Line line, String told) {
    String error = connection.next();
    assertThat(error).startsWith("ERROR\nmessage:").endsWith("\0");
    assertThat(error.substring(error.indexOf("\n\n") + 2, error.length() - 1)).isEqualTo(told);
    assertThat(connection.closed).isNotNull();
    assertThat(connection.closed.code()).isEqualTo(4507);
    say(line, SEND + "receipt:r\n\n1^");
    assertThat(connection.rest()).as("nothing comes after it").isEmpty();
    rig.publish("updates", "1");
    assertThat(bystander.next()).as("another line").startsWith("MESSAGE\n");
  }
}
