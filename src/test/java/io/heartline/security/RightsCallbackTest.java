package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.CallbackLog;
import io.heartline.engine.Remote;
import io.heartline.engine.Rights;
import io.heartline.engine.Rights.Action;
import io.heartline.engine.Rights.Decision;
import io.heartline.engine.Rights.May;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the application is asked about rights, and how long its answers hold. */
class RightsCallbackTest {
  private static final URI URL = URI.create("http://app.internal/rights");
  private static final Identity ANN = Identity.of(new User("ann"));
  private static final int MOST = 3;

  /** A question that was asked; the test answers it. */
  private record Asked(
      URI to, Map<String, String> headers, String json, CompletableFuture<Remote.Answer> answer) {}

  private final List<Asked> asked = new ArrayList<>();
  private final FakeTime time = new FakeTime();
  private final RecordingLog log = new RecordingLog();
  private RightsCallback rights = rights("secret-key");

  private RightsCallback rights(String key) {
    Remote application = (to, headers, json) -> {
      asked.add(new Asked(to, headers, json, new CompletableFuture<>()));
      return asked.get(asked.size() - 1).answer();
    };
    return new RightsCallback(application, URL, key, MOST, time, new CallbackLog(time::nanos, log));
  }

  private CompletableFuture<Decision> ask(Identity identity, String channel) {
    return rights.may(identity, Action.SUBSCRIBE, new ChannelName(channel)).toCompletableFuture();
  }

  private void answer(int status, String body) {
    asked.get(asked.size() - 1).answer().complete(new Remote.Answer.Given(status, body));
  }

  private May decided(Identity identity, String channel, String answer) {
    CompletableFuture<Decision> decision = ask(identity, channel);
    answer(200, answer);
    return decision.join().may();
  }

  @Test
  void theApplicationIsToldWhoWantsWhat() {
    Identity known = new Identity(
        new User("ann \"x\""),
        Identity.NEVER,
        Set.of("group:staff", "group:it", "claim.team=red", "claim.team=a=b", "claim.n=1"),
        "t");
    rights.may(known, Action.PUBLISH, new ChannelName("order:7"));
    assertThat(asked.get(0).to()).isEqualTo(URL);
    assertThat(asked.get(0).headers()).isEqualTo(Map.of("Authorization", "Bearer secret-key"));
    assertThat(asked.get(0).json())
        .isEqualTo("{\"action\":\"publish\",\"channel\":\"order:7\",\"user\":\"ann \\\"x\\\"\","
            + "\"groups\":[\"it\",\"staff\"],\"claims\":{\"n\":[\"1\"],"
            + "\"team\":[\"a=b\",\"red\"]}}");
    rights = rights(null);
    ask(Identity.ANONYMOUS, "a");
    assertThat(asked.get(1).headers()).isEmpty();
    assertThat(asked.get(1).json())
        .isEqualTo("{\"action\":\"subscribe\",\"channel\":\"a\",\"groups\":[],\"claims\":{}}");
  }

  @Test
  void anAnswerHoldsAsLongAsItSays() {
    assertThat(decided(ANN, "a", "{\"allow\":true,\"for\":\"90s\"}")).isEqualTo(May.YES);
    assertThat(decided(ANN, "b", "{\"allow\":false,\"for\":\"10s\",\"why\":[1]}"))
        .isEqualTo(May.NO);
    time.advance(Duration.ofSeconds(9));
    long now = time.epochMicros() / 1000;
    assertThat(ask(ANN, "a").join().untilMillis() - now).isBetween(81_000L, 81_001L);
    assertThat(ask(ANN, "b").join()).isEqualTo(Decision.NO);
    assertThat(asked).hasSize(2);
    time.advance(Duration.ofSeconds(1));
    assertThat(decided(ANN, "b", "{\"allow\":true}")).isEqualTo(May.YES);
    time.advance(Duration.ofSeconds(80));
    assertThat(decided(ANN, "a", "{\"allow\":false}")).isEqualTo(May.NO);
    assertThat(asked).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"allow\":true}', 60",
    "'{\"allow\":true,\"for\":\"1ms\"}', 1",
    "'{\"allow\":true,\"for\":\"2m\"}', 120",
    "'{\"for\":\"99d\",\"allow\":true}', 86400",
  })
  void anAnswerHoldsFromASecondToADay(String answer, long seconds) {
    assertThat(decided(ANN, "a", answer)).isEqualTo(May.YES);
    time.advance(Duration.ofSeconds(seconds).minusNanos(1));
    ask(ANN, "a");
    assertThat(asked).hasSize(1);
    time.advance(Duration.ofNanos(1));
    ask(ANN, "a");
    assertThat(asked).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      200 | ''                            | its answer must be an object
      200 | ok                            | its answer must be JSON
      200 | []                            | its answer must be an object
      200 | {}                            | its answer must have allow
      200 | {"allow":"true"}              | its answer's allow must be true or false
      200 | {"allow":true,"for":60}       | its answer's for must be a time such as 60s
      200 | {"allow":true,"for":"1 hour"} | its answer's for must be a time such as 60s
      200 | {"allow":true}{}              | its answer must be one object
      200 | {"allow":true                 | its answer must be JSON
      302 | {"allow":true}                | status 302
      401 | {"allow":true}                | status 401
      404 | {"allow":true}                | status 404
      500 | {"allow":true}                | status 500
      """)
  void anythingElseIsNoAnswerAndIsAskedAgain(int status, String body, String why) {
    CompletableFuture<Decision> decision = ask(ANN, "a");
    answer(status, body);
    assertThat(decision.join()).isEqualTo(Decision.UNKNOWN);
    assertThat(log.next()).singleElement().asString().contains(URL + ": " + why);
    assertThat(decided(ANN, "a", "{\"allow\":true}")).isEqualTo(May.YES);
  }

  @Test
  void whatIsForbiddenByItsStatusIsForbidden() {
    CompletableFuture<Decision> decision = ask(ANN, "a");
    answer(403, "no");
    assertThat(decision.join()).isEqualTo(Decision.NO);
    assertThat(ask(ANN, "a").join()).isEqualTo(Decision.NO);
    assertThat(asked).hasSize(1);
    assertThat(log.said).isEmpty();
  }

  @Test
  void anApplicationThatIsNotThereSaysNeitherYesNorNo() {
    CompletableFuture<Decision> decision = ask(ANN, "a");
    asked.get(0).answer().complete(new Remote.Answer.Unavailable("later", "ConnectException"));
    assertThat(decision.join()).isEqualTo(Decision.UNKNOWN);
    assertThat(log.next()).singleElement().asString().contains("ConnectException");
    decision = ask(ANN, "b");
    asked.get(1).answer().completeExceptionally(new IllegalStateException("a fault"));
    assertThat(decision.join()).isEqualTo(Decision.UNKNOWN);
  }

  @Test
  void theSameQuestionIsAskedOnceAtATime() {
    CompletableFuture<Decision> first = ask(ANN, "a");
    CompletableFuture<Decision> second = ask(ANN, "a");
    CompletableFuture<Decision> other = ask(Identity.of(new User("bob")), "a");
    assertThat(asked).hasSize(2);
    asked.get(0).answer().complete(new Remote.Answer.Given(200, "{\"allow\":true}"));
    assertThat(first.join().may()).isEqualTo(May.YES);
    assertThat(second.join().may()).isEqualTo(May.YES);
    assertThat(other).isNotDone();
  }

  @Test
  void anAnswerIsForTheSameIdentityActionAndChannelOnly() {
    decided(ANN, "a", "{\"allow\":true}");
    ask(new Identity(new User("ann"), 1, Set.of(), "another token"), "a");
    assertThat(asked).as("of whom the same is known").hasSize(1);
    ask(new Identity(new User("ann"), 1, Set.of("group:staff"), null), "a");
    ask(Identity.ANONYMOUS, "a");
    ask(ANN, "A");
    rights.may(ANN, Rights.Action.PUBLISH, new ChannelName("a"));
    assertThat(asked).hasSize(5);
  }

  @Test
  void whatIsRememberedIsBoundedAndRefusalsPushOutNoYes() {
    decided(ANN, "mine", "{\"allow\":true}");
    for (int i = 0; i < 10; i++) {
      decided(Identity.ANONYMOUS, "guess" + i, "{\"allow\":false}");
    }
    assertThat(rights.remembered()).isEqualTo(1 + MOST);
    ask(ANN, "mine");
    assertThat(asked).hasSize(11);
    for (int i = 0; i < 10; i++) {
      decided(ANN, "other" + i, "{\"allow\":true}");
    }
    assertThat(rights.remembered()).isEqualTo(2 * MOST);
  }
}
