package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Credentials;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.engine.CallbackLog;
import io.heartline.engine.Remote;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationLoginTest {
  private static final Verdict NOBODY = new Verdict.Nobody();
  private static final Verdict CANNOT_SAY =
      new Verdict.CannotSay("the application did not say who this is");

  private final FakeTime time = new FakeTime();
  private final RecordingLog log = new RecordingLog();

  /** What the application was asked, and its answers to come, in order. */
  private final List<Map<String, String>> asked = new ArrayList<>();

  private final List<CompletableFuture<Remote.Answer>> answers = new ArrayList<>();

  private final ApplicationLogin login = login(Duration.ofHours(1));

  private ApplicationLogin login(Duration lifetime) {
    return new ApplicationLogin(
        URI.create("http://shop/who"),
        headers -> {
          asked.add(headers);
          answers.add(new CompletableFuture<>());
          return answers.get(answers.size() - 1);
        },
        Duration.ofSeconds(5),
        new Expiry(lifetime, time),
        new CallbackLog(time::nanos, log));
  }

  private static Credentials browser(@Nullable String cookie, String... authorization) {
    return new Credentials() {
      @Override
      public @Nullable String principal() {
        return "somebody else";
      }

      @Override
      public List<String> header(String name) {
        return switch (name) {
          case "Cookie" -> cookie == null ? List.of() : List.of(cookie.split("\\|"));
          case "Authorization" -> List.of(authorization);
          default -> List.of("secret");
        };
      }
    };
  }

  private CompletableFuture<Verdict> ask(String cookie) {
    return login.authenticate(browser(cookie)).toCompletableFuture();
  }

  /** Asks with a cookie of its own, and returns what becomes of this answer. */
  private Verdict answered(Remote.Answer answer) {
    CompletableFuture<Verdict> verdict = ask("c=" + asked.size());
    answers.get(answers.size() - 1).complete(answer);
    return verdict.join();
  }

  private Verdict answered(int status, @Nullable String body) {
    return answered(new Remote.Answer.Given(status, body));
  }

  private long inAnHour() {
    return time.epochMicros() / 1000 + 3_600_000;
  }

  @Test
  void theApplicationSaysWhoItIs() {
    assertThat(answered(200, "{\"user\":\"ann\"}"))
        .isEqualTo(new Verdict.Known(new Identity(new User("ann"), inAnHour(), Set.of(), null)));
    assertThat(answered(200, "{\"user\":42,\"x\":[{}]}").identity().user())
        .isEqualTo(new User("42"));
    assertThat(answered(
                200,
                "{\"user\":\"ann\",\"groups\":[\"staff\",\"night shift\"],"
                    + "\"claims\":{\"team\":\"blue\",\"floor\":[1,2],\"boss\":true}}")
            .identity()
            .grants())
        .containsExactlyInAnyOrder(
            "group:staff",
            "group:night shift",
            "claim.team=blue",
            "claim.floor=1",
            "claim.floor=2",
            "claim.boss=true");
  }

  @Test
  void itIsAskedWithCookiesAndAuthorizationAndNothingElse() {
    login.authenticate(browser("a=1|b=2", "Basic eA=="));
    assertThat(asked).containsExactly(Map.of("Cookie", "a=1; b=2", "Authorization", "Basic eA=="));
    assertThat(login.authenticate(browser(null)).toCompletableFuture().join()).isEqualTo(NOBODY);
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 401, 403})
  void whoeverItDoesNotKnowIsNobody(int status) {
    assertThat(answered(status, "whatever")).isEqualTo(NOBODY);
    assertThat(answered(200, "{\"user\":null}")).isEqualTo(NOBODY);
    assertThat(answered(200, "{}")).isEqualTo(NOBODY);
    assertThat(log.next()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      302 |                                     | status 302
      404 |                                     | status 404
      500 | {"user":"ann"}                      | status 500
      200 | ''                                  | its answer's body must be a JSON object
      200 |                                     | its answer must be UTF-8
      200 | <html>log in</html>                 | its answer's body is not valid JSON
      200 | {"user":"ann"}{}                    | its answer's body must be one JSON object
      200 | {"user":["ann"]}                    | its answer's user must be a string or a number
      200 | {"user":""}                         | its answer's user must have 1 to 128 characters
      200 | {"user":"ann","groups":[{}]}        | its answer's groups must be a list of strings
      200 | {"user":"ann","claims":[]}          | its answer's claims must be an object
      200 | {"user":"ann","expires":"tomorrow"} | its answer's expires must be a time in seconds
      200 | {"user":"ann","expires":1795914836000} | its answer's expires must be a time in seconds
      """)
  void anAnswerThatSaysNothingMakesNobodyAnonymousAndIsLogged(
      int status, @Nullable String body, String logged) {
    assertThat(answered(status, body)).isEqualTo(CANNOT_SAY);
    assertThat(log.next()).singleElement().asString().contains(logged).doesNotContain("c=0");
  }

  @Test
  void anApplicationThatDoesNotAnswerMakesNobodyAnonymous() {
    assertThat(answered(new Remote.Answer.Unavailable("no answer", "no answer within 3000 ms")))
        .isEqualTo(CANNOT_SAY);
    assertThat(log.next()).singleElement().asString().contains("no answer within 3000 ms");
  }

  @Test
  void itSaysHowLongThatHoldsButNotLongerThanALifetime() {
    long now = time.epochMicros() / 1_000_000;
    assertThat(answered(200, "{\"user\":\"ann\",\"expires\":" + (now + 60) + "}")
            .identity()
            .expiresAtMillis())
        .isEqualTo((now + 60) * 1000);
    assertThat(answered(200, "{\"user\":\"ann\",\"expires\":" + (now + 86_400) + "}")
            .identity()
            .expiresAtMillis())
        .isEqualTo(inAnHour());
    assertThat(answered(200, "{\"user\":\"ann\",\"expires\":" + now + "}")).isEqualTo(NOBODY);
  }

  @Test
  void theSameCookiesAreNotAskedAboutTwiceWithinSeconds() {
    CompletableFuture<Verdict> first = ask("a=1");
    CompletableFuture<Verdict> second = ask("a=1");
    CompletableFuture<Verdict> other = ask("a=2");
    assertThat(asked).hasSize(2);
    assertThat(second).isNotDone();
    answers.get(0).complete(new Remote.Answer.Given(200, "{\"user\":\"ann\"}"));
    assertThat(first.join()).isEqualTo(second.join());
    assertThat(other).isNotDone();
    time.advance(Duration.ofSeconds(4));
    assertThat(ask("a=1").join()).isEqualTo(first.join());
    assertThat(asked).hasSize(2);
    time.advance(Duration.ofSeconds(1));
    assertThat(ask("a=1")).isNotDone();
    assertThat(asked).hasSize(3);
  }

  @Test
  void whatCouldNotBeSaidIsAskedAgain() {
    CompletableFuture<Verdict> first = ask("a=1");
    answers.get(0).complete(new Remote.Answer.Given(503, ""));
    assertThat(first.join()).isEqualTo(CANNOT_SAY);
    assertThat(ask("a=1")).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void asManyAnswersAreKeptAsThereIsRoomForAndNoCookie() {
    RecentAnswers recent = new RecentAnswers(2, Duration.ofHours(1), time::nanos);
    for (String hash : List.of("a", "b", "a", "c")) {
      recent
          .get(hash, () -> CompletableFuture.completedFuture(NOBODY))
          .toCompletableFuture()
          .join();
    }
    assertThat(recent.all()).containsOnlyKeys("a", "c");
  }
}
