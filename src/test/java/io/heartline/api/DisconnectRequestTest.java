package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Target;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisconnectRequestTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private static DisconnectRequest read(String body) {
    return DisconnectRequest.read(body.replace('\'', '"'), NOW.toEpochMilli());
  }

  @Test
  void aUserACredentialASessionOrALineIsNamed() {
    assertThat(read("{'user':'ann'}").target())
        .isEqualTo(new Target.Known(new Whom.OneUser(new User("ann"))));
    assertThat(read("{'token':'t1'}").target()).isEqualTo(new Target.Known(new Whom.Token("t1")));
    assertThat(read("{'session':'s1'}").target()).isEqualTo(new Target.Session("s1"));
    assertThat(read("{'line':'x-1'}").target()).isEqualTo(new Target.OneLine("x-1"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {'user':'ann'}                              | 4501
      {'user':'ann','block':60}                   | 4502
      {'user':'ann','reason':'logged-out'}        | 4503
      {'user':'ann','block':60,'reason':'kicked'} | 4501
      {'token':'t1'}                              | 4503
      {'token':'t1','block':60}                   | 4502
      {'token':'t1','reason':'blocked'}           | 4502
      {'line':'x-1'}                              | 4501
      {'session':'s1','reason':'logged-out'}      | 4503
      """)
  void theReasonIsSaidOrFollowsFromTheRest(String body, int code) {
    assertThat(read(body).status().code()).isEqualTo(code);
  }

  @Test
  void aBlockLastsSoManySecondsOrUntilATime() {
    assertThat(read("{'user':'ann'}").untilMillis()).isNull();
    assertThat(read("{'user':'ann','block':60}").untilMillis())
        .isEqualTo(NOW.plusSeconds(60).toEpochMilli());
    assertThat(read("{'user':'ann','block':'2026-11-29T13:00:01Z'}").untilMillis())
        .isEqualTo(Instant.parse("2026-11-29T13:00:01Z").toEpochMilli());
    assertThat(read("{'user':'ann','block':315360000}").status()).isEqualTo(CloseStatus.BLOCKED);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      []                                   | body    | must be a JSON object
      {                                    | body    | not valid JSON
      {}                                   | user    | must be given, or one of token, session, line
      {'user':'ann'}{}                     | body    | must be one JSON object
      {'user':''}                          | user    | must have 1 to 128 characters: 0
      {'user':7}                           | user    | must be a string
      {'user':'ann','line':'x'}            | line    | must be the only one of user, token, session, line; there is also user
      {'usr':'ann'}                        | usr     | is not known; known are user, token, session, line, block, reason
      {'token':''}                         | token   | must have 1 to 512 characters: 0
      {'user':'ann','block':0}             | block   | must be a number of seconds from 1 to 315360000, or a time to come such as 2027-01-31T12:00:00Z: 0
      {'user':'ann','block':315360001}     | block   | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':99999999999999999999} | block | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':1.5}           | block   | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':true}          | block   | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':'tomorrow'}    | block   | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':'2026-11-29T12:00:00Z'} | block | must be a number of seconds from 1 to 315360000
      {'user':'ann','block':'2099-01-01T00:00:00Z'} | block | must be a number of seconds from 1 to 315360000
      {'session':'s','block':60}           | block   | must be with a user or a token, not with a session
      {'line':'x','block':60}              | block   | must be with a user or a token, not with a line
      {'user':'ann','reason':'blocked'}    | block   | must be given with the reason blocked
      {'user':'ann','reason':'because'}    | reason  | must be one of kicked, blocked, logged-out: because
      """)
  void whatBreaksARuleIsNamed(String body, String field, String rule) {
    assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(Refusal.class, refusal -> {
      assertThat(refusal.status()).isEqualTo(400);
      assertThat(refusal.field()).isEqualTo(field);
      assertThat(refusal.rule()).startsWith(rule);
    });
  }

  @Test
  void theNameOfASessionIsNotQuoted() {
    String secret = "s".repeat(513);
    assertThatThrownBy(() -> read("{'session':'" + secret + "'}"))
        .hasMessage("must have 1 to 512 characters: 513");
  }
}
