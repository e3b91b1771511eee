package io.heartline.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Command;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** heartline.v1 by literals: one text in, one meaning out, and back. */
class JsonProtocolTest {
  private static final ChannelName ORDERS = new ChannelName("orders");
  private static final Position AT = new Position("e", 13, 99);
  private final JsonProtocol protocol = new JsonProtocol();

  private Command read(String text) {
    List<Command> commands = protocol.decode(text);
    assertThat(commands).hasSize(1);
    return commands.get(0);
  }

  @Test
  void hello() {
    assertThat(read("{\"hello\":{}}")).isEqualTo(new Command.Hello(null, null, false));
    assertThat(read("{\"hello\":{\"instance\":\"i1\",\"token\":\"t\",\"take\":true,\"new\":[1]}}"))
        .isEqualTo(new Command.Hello("i1", "t", true));
  }

  @Test
  void subscribe() {
    assertThat(read("{\"subscribe\":\"orders\"}"))
        .isEqualTo(new Command.Subscribe(Subscription.of(ORDERS), new From.Now()));
    assertThat(read("{\"last\":5,\"subscribe\":\"orders\"}"))
        .isEqualTo(new Command.Subscribe(Subscription.of(ORDERS), new From.Last(5)));
    assertThat(read("{\"subscribe\":\"orders\",\"after\":\"e:13:99\"}"))
        .isEqualTo(new Command.Subscribe(Subscription.of(ORDERS), new From.After(AT)));
    assertThat(read("{\"token\":\"t\",\"subscribe\":\"orders\"}"))
        .isEqualTo(
            new Command.Subscribe(Subscription.of(ORDERS), new From.Now(), AckMode.NONE, "t"))
        .asString()
        .doesNotContain("\"t\"", "=t");
    assertThat(read("{\"token\":\"t\",\"unsubscribe\":\"orders\"}"))
        .isInstanceOf(Command.Refused.class);
    assertThat(read("{\"subscribe\":\"orders\",\"after\":\"what\"}"))
        .isEqualTo(new Command.Subscribe(Subscription.of(ORDERS), new From.Unreadable()));
  }

  @Test
  void publish() {
    assertThat(read("{\"publish\":\"orders\",\"data\": [1, {\"a\" : null}] ,\"id\":\"m-1\"}"))
        .isEqualTo(new Command.Publish(
            ORDERS, "[1,{\"a\":null}]", Command.Publish.Needs.PUBLISHING, "m-1"));
    assertThat(read("{\"data\":\"a\\nb\",\"publish\":\"orders\"}"))
        .isEqualTo(new Command.Publish(ORDERS, "\"a\\nb\"", Command.Publish.Needs.PUBLISHING));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"publish":"a","id":"m"}                 | malformed | data must be given | m
      {"publish":"a","data":1,"id":""}         | malformed | id must have 1 to 128 characters: 0 |
      {"publish":"a","data":1,"id":7}          | malformed | id must be a string |
      {"publish":"a","data":1,"id":"a b"}      | malformed | id may contain visible ASCII characters only: U+0020 at 1 |
      {"publish":"a b","data":1,"id":"m"}      | channel   | channel may contain A-Z a-z 0-9 _ . : # / - only: U+0020 at 1 | m
      {"publish":7,"data":1}                   | malformed | publish must be a string |
      {"publish":"a","data":1,"data":2}        | malformed | not valid JSON |
      {"publish":"a","subscribe":"a","data":1} | malformed | subscribe must be the only command of its object |
      """)
  void aBadPublicationIsRefusedByTheRuleItBreaks(
      String text, String code, String message, String id) {
    assertThat(read(text)).isInstanceOfSatisfying(Command.Refused.class, refused -> {
      assertThat(refused.code()).isEqualTo(code);
      assertThat(refused.message()).startsWith(message);
      assertThat(refused.id()).isEqualTo(id);
    });
  }

  @Test
  void theKeysOfAPublicationAreUnknownElsewhere() {
    assertThat(read("{\"subscribe\":\"orders\",\"id\":7,\"data\":[1]}"))
        .isEqualTo(new Command.Subscribe(Subscription.of(ORDERS), new From.Now()));
  }

  @Test
  void theRest() {
    assertThat(read("{\"unsubscribe\":\"orders\"}"))
        .isEqualTo(new Command.Unsubscribe(Subscription.of(ORDERS)));
    assertThat(read("{\"token\":\"t\"}")).isEqualTo(new Command.Token("t"));
    assertThat(read("{\"beat\":17}")).isEqualTo(new Command.Beat());
    assertThat(read("{\"beat\":{\"any\":1}}")).isEqualTo(new Command.Beat());
    assertThat(read("{\"probe\":3}")).isEqualTo(new Command.Probe(3));
  }

  @Test
  void unknownKeysAreIgnoredAndLinesAreSplit() {
    assertThat(protocol.decode("{\"probe\":1,\"x\":{\"y\":[{}]}}\n\r\n{\"probe\":2}\n"))
        .containsExactly(new Command.Probe(1), new Command.Probe(2));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
      nonsense                          | malformed | not valid JSON
      {"probe":1                        | malformed | not valid JSON
      {"probe":1}{"probe":2}            | malformed | one JSON object per line
      {"probe":1,"probe":2}             | malformed | Duplicate field
      {"probe":01}                      | malformed | not valid JSON
      [1]                               | malformed | must be a JSON object
      {"probe":"1"}                     | malformed | probe must be a whole number
      {"probe":99999999999999999999}    | malformed | probe must be a whole number
      {"subscribe":7}                   | malformed | subscribe must be a string
      {"subscribe":"a","after":1}       | malformed | after must be a string
      {"subscribe":"a","last":-1}       | malformed | last must be 0 or more: -1
      {"hello":1}                       | malformed | hello must be an object
      {"hello":{"take":1}}              | malformed | hello.take must be true or false
      {"hello":{"instance":"a b"}}      | malformed | hello.instance
      {"hello":{},"probe":1}            | malformed | must be the only command
      {}                                | unknown   | must have one of
      {"shout":"a"}                   | unknown   | must have one of
      {"subscribe":""}                  | channel   | 1 to 255 characters: 0
      {"subscribe":"a b"}               | channel   | U+0020 at 1
      {"unsubscribe":"ä"}               | channel   | U+00E4 at 0
      """)
  void badInputSaysWhichFieldAndWhichRule(String text, String code, String message) {
    assertThat(read(text)).isInstanceOfSatisfying(Command.Refused.class, no -> {
      assertThat(no.code()).isEqualTo(code);
      assertThat(no.message()).contains(message);
    });
  }

  @Test
  void aByteOrderMarkInFrontIsSkippedAndNowhereElse() {
    assertThat(read("\uFEFF{\"probe\":3}")).isEqualTo(new Command.Probe(3));
    assertThat(read("{\"probe\":3}\uFEFF")).isInstanceOf(Command.Refused.class);
    assertThat(read("\uFEFF\uFEFF{\"probe\":3}")).isInstanceOf(Command.Refused.class);
  }

  @Test
  void nestingIsBounded() {
    String deep = "{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
    assertThat(read(deep)).isInstanceOf(Command.Refused.class);
  }

  @Test
  void pushes() {
    assertThat(protocol.encode(new Push.Subscribed(Subscription.of(ORDERS), new Start(AT, null))))
        .isEqualTo("{\"subscribed\":\"orders\",\"position\":\"e:13:99\",\"recovered\":true}");
    assertThat(protocol.encode(
            new Push.Subscribed(Subscription.of(ORDERS), new Start(AT, GapReason.EPOCH))))
        .isEqualTo(
            "{\"subscribed\":\"orders\",\"position\":\"e:13:99\",\"recovered\":false,\"reason\":\"epoch\"}");
    assertThat(protocol.encode(new Push.Gap(Subscription.of(ORDERS), AT, GapReason.TRIMMED)))
        .isEqualTo("{\"gap\":\"orders\",\"position\":\"e:13:99\",\"reason\":\"trimmed\"}");
    assertThat(protocol.encode(new Push.Unsubscribed(Subscription.of(ORDERS), "right ended")))
        .isEqualTo("{\"unsubscribed\":\"orders\",\"reason\":\"right ended\"}");
    assertThat(protocol.encode(new Push.Beat(5))).isEqualTo("{\"beat\":5}");
    assertThat(protocol.encode(new Push.Probed(5))).isEqualTo("{\"probed\":5}");
    assertThat(protocol.encode(
            new Push.Bye(new CloseStatus(4000, CloseCause.ROTATED, "a \"b\""), true, 250)))
        .isEqualTo(
            "{\"bye\":{\"code\":4000,\"reason\":\"a \\\"b\\\"\",\"reconnect\":true,\"delay\":250}}");
    assertThat(protocol.encode(new Push.Published(ORDERS, AT, "m")))
        .isEqualTo("{\"published\":\"orders\",\"position\":\"e:13:99\",\"id\":\"m\"}");
    assertThat(protocol.encode(new Push.Published(ORDERS, AT, null)))
        .isEqualTo("{\"published\":\"orders\",\"position\":\"e:13:99\"}");
    assertThat(protocol.encode(new Push.Error("malformed", "x\ny", null, null)))
        .isEqualTo("{\"error\":{\"code\":\"malformed\",\"message\":\"x\\ny\"}}");
    assertThat(protocol.encode(new Push.Welcome("l", "i", "u", 1, 2, 3, 4, 5)))
        .isEqualTo(
            "{\"welcome\":{\"line\":\"l\",\"instance\":\"i\",\"user\":\"u\",\"beat\":1,\"grace\":2,\"time\":3,"
                + "\"limits\":{\"message\":4,\"channels\":5}}}");
  }

  @Test
  void theLastPublicationCarriesThePosition() {
    List<Publication> publications = List.of(
        new Publication(new Position("e", 12, 98), "{\"a\":1}"), new Publication(AT, "\"b\""));
    assertThat(protocol.publications(Subscription.of(ORDERS)).encode(ORDERS, publications))
        .containsExactly("""
            {"channel":"orders","offset":12,"time":0,"data":{"a":1}}
            {"channel":"orders","offset":13,"time":0,"position":"e:13:99","data":"b"}""");
  }

  @Test
  void aPublicationSaysWhenItWasPublishedAndByWhichIdOfItsPublisher() {
    Position at = new Position("e", 13, 1_795_914_836_554_022L);
    List<Publication> published = List.of(new Publication(at, "1", "a\"\\b"));
    assertThat(protocol.publications(Subscription.of(ORDERS)).encode(ORDERS, published))
        .containsExactly("{\"channel\":\"orders\",\"offset\":13,\"time\":1795914836554,"
            + "\"position\":\"e:13:1795914836554022\",\"id\":\"a\\\"\\\\b\",\"data\":1}");
  }

  @Test
  void endlessNonsenseIsNotReadToItsEnd() {
    assertThat(protocol.decode("x\n".repeat(32_000))).hasSize(64);
    assertThat(protocol.decode("x\n{\"beat\":1}\n".repeat(100))).hasSize(200);
  }
}
