package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids, and many messages in one call. */
class PublishBatchIT {
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

  @Test
  void theSameIdIsAnsweredTheSameAndPublishedOnce() throws IOException {
    String body = "{\"channels\":[\"public:i1\",\"public:i2\"],\"data\":1,\"id\":\"order-1/7\"}";
    String first = war.publish(body).body();
    assertThat(war.publish(body).body()).isEqualTo(first);
    assertThat(Json.fields(first, "offset")).containsExactly("1", "1");
    assertThat(war.publish("public:i1", "2")).contains(":2:");
  }

  @Test
  void eachMessageIsAnsweredWhatItAloneWouldBe() throws IOException {
    String bad = "{\"chanel\":\"public:b\",\"data\":1}";
    HttpResponse<String> answer =
        war.publish("{\"messages\":[{\"channel\":\"public:b\",\"data\":1,\"id\":\"x\"}," + bad
            + ",{\"channels\":[\"public:b\",\"public:c\"],\"data\":\"[,]\"},"
            + "{\"channel\":\"public:b\",\"data\":1,\"id\":\"x\"}]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    String alone = war.publish(bad).body();
    assertThat(answer.body())
        .startsWith("{\"results\":[{\"results\":[{\"channel\":\"public:b\",")
        .contains("}]}," + alone + ",{\"results\":[{")
        .endsWith("}]}]}");
    assertThat(Json.fields(answer.body(), "offset")).containsExactly("1", "2", "1", "1");
  }

  @Test
  void aThousandMessagesStandInTheirOrder() throws IOException {
    String message = "{\"channel\":\"public:thousand\",\"data\":1}";
    String body = "{\"messages\":[" + String.join(",", Collections.nCopies(1000, message)) + "]}";
    HttpResponse<String> answer = war.publish(body);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Json.fields(answer.body(), "offset")).hasSize(1000).endsWith("999", "1000");
    HttpResponse<String> more = war.publish(body.replaceFirst("\\[", "[" + message + ","));
    assertThat(more.statusCode()).isEqualTo(400);
    assertThat(more.body()).contains("must hold 1 to 1000 messages: 1001");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {"messages":[]}                                 | messages | must hold 1 to 1000 messages: 0
      {"messages":{}}                                 | messages | must be an array
      {"messages":[{}],"data":1}                      | body     | must hold messages and nothing else
      {"messages":[{}                                 | body     | not valid JSON
      {"messages":[1],"messages":[1]}                 | body     | Duplicate field
      {"channel":"a","data":1,"messages":[]}          | messages | is not known
      {"channel":"a","data":1,"id":""}                | id       | must have 1 to 128 characters: 0
      {"channel":"a","data":1,"id":"a b"}             | id       | visible ASCII characters only: U+0020 at 1
      {"channel":"a","data":1,"id":"\\u00e4"}         | id       | visible ASCII characters only: U+00E4 at 0
      {"channel":"a","data":1,"id":7}                 | id       | must be a string
      """)
  void badCallsNameTheFieldAndTheRule(String body, String field, String rule) throws IOException {
    HttpResponse<String> answer = war.publish(body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Json.field(answer.body(), "field")).isEqualTo(field);
    assertThat(answer.body()).contains(rule);
  }

  @Test
  void theLongestIdIsTaken() throws IOException {
    String id = "~".repeat(128);
    assertThat(
            war.publish("{\"channel\":\"a\",\"data\":1,\"id\":\"" + id + "\"}").statusCode())
        .isEqualTo(200);
    assertThat(
            war.publish("{\"channel\":\"a\",\"data\":1,\"id\":\"" + id + "~\"}").body())
        .contains("must have 1 to 128 characters: 129");
  }
}
