package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Draft;
import io.heartline.model.ChannelName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishRequestTest {
  private static List<Draft> read(String body) throws Exception {
    return PublishRequest.read(body);
  }

  @Test
  void eachTargetIsADraft() throws Exception {
    assertThat(read("{\"channels\":[\"a\",\"b\"],\"data\":1}"))
        .containsExactly(
            new Draft(new ChannelName("a"), "1"), new Draft(new ChannelName("b"), "1"));
    assertThat(read("{\"data\":1,\"users\":[\"ann\",\"bob@x\"]}"))
        .containsExactly(
            new Draft(new ChannelName("user:ann"), "1"),
            new Draft(new ChannelName("user:bob#40x"), "1"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {"a": [1, 2.50, 1E400],\\t"b" :"x  y"} | {"a":[1,2.50,1E400],"b":"x  y"}
      "a \\" b"                              | "a \\" b"
      "back\\\\"                             | "back\\\\"
      -0.0                                   | -0.0
      12345678901234567890123                | 12345678901234567890123
      null                                   | null
      []                                     | []
      [ ]                                    | []
      true                                   | true
      "\\u5f20 张"                           | "\\u5f20 张"
      """)
  void dataIsKeptAsWrittenWithoutTheWhiteSpaceBetweenTokens(String data, String stored)
      throws Exception {
    String json = data.replace("\\t", "\t");
    assertThat(read("{\"channel\":\"a\",\"data\": " + json + " }").get(0).data())
        .isEqualTo(stored);
    assertThat(read("{\"data\":" + json + ",\"channel\":\"a\"}").get(0).data()).isEqualTo(stored);
    assertThat(
            read(" {\n\"data\"\n:\n" + json + "\n,\"channel\":\"a\"} \n").get(0).data())
        .isEqualTo(stored);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      nonsense                                    | body        | not valid JSON
      []                                          | body        | must be a JSON object
      {"channel":"a","data":1} {}                 | body        | must be one JSON object
      {"channel":"a","data":1                     | body        | not valid JSON
      {"channel":"a","data":{"x":1,"x":2}}        | body        | Duplicate field
      {"channel":"a","data":01}                   | body        | not valid JSON
      {"channel":"a","data":NaN}                  | body        | not valid JSON
      {"channel":"a","data":'x'}                  | body        | not valid JSON
      {"channel":"a"}                             | data        | must be given
      {"data":1}                                  | channel     | must be given, or one of
      {"channel":"a","user":"b","data":1}         | user        | must be the only one of
      {"channel":1,"data":1}                      | channel     | must be a string
      {"channel":"a b","data":1}                  | channel     | U+0020 at 1
      {"channels":"a","data":1}                   | channels    | must be an array of strings
      {"channels":[],"data":1}                    | channels    | must name 1 to 1000 targets: 0
      {"channels":["a",2],"data":1}               | channels[1] | must be a string
      {"channels":["a",""],"data":1}              | channels[1] | 1 to 255 characters: 0
      {"user":"","data":1}                        | user        | 1 to 128 characters: 0
      {"chanel":"a","data":1}                     | chanel      | is not known
      """)
  void badBodiesNameTheFieldAndTheRule(String body, String field, String rule) {
    assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(Refusal.class, refusal -> {
      assertThat(refusal.status()).isEqualTo(400);
      assertThat(refusal.field()).isEqualTo(field);
      assertThat(refusal.rule()).contains(rule);
    });
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(101) + "]".repeat(101);
    assertThatThrownBy(() -> read("{\"channel\":\"a\",\"data\":" + deep + "}"))
        .isInstanceOf(Refusal.class);
  }
}
