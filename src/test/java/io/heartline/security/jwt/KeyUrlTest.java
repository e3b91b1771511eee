package io.heartline.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Verdict;
import io.heartline.engine.Remote;
import io.heartline.testing.Issuer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Keys at an address that answers when the test says so. */
class KeyUrlTest {
  private static final Issuer FIRST = Issuer.withEc("1");
  private static final Issuer SECOND = Issuer.withEc("2");
  private static final URI URL = URI.create("https://shop.example/keys?x=secret");

  /** The questions that are not answered yet. */
  private final List<CompletableFuture<Remote.Answer>> asked = new ArrayList<>();

  private int questions;
  private final KeyUrl keys = new KeyUrl(
      URL,
      Algorithms.of(List.of()),
      Duration.ofMinutes(10),
      Duration.ofHours(24),
      this::ask,
      () -> this.server.time.nanos());
  private final Bench server = new Bench(keys);

  private CompletionStage<Remote.Answer> ask(URI url) {
    assertThat(url).isEqualTo(URL);
    questions++;
    CompletableFuture<Remote.Answer> answer = new CompletableFuture<>();
    asked.add(answer);
    return answer;
  }

  private CompletableFuture<Verdict> said(Issuer issuer) {
    return server.tokens.shown().authenticate(new Said(issuer.token("ann"))).toCompletableFuture();
  }

  private record Said(String token) implements io.heartline.engine.Authenticator.Credentials {
    @Override
    public String principal() {
      return null;
    }

    @Override
    public List<String> header(String name) {
      return List.of();
    }
  }

  private void answer(int status, String body) {
    asked.remove(0).complete(new Remote.Answer.Given(status, body));
  }

  private void fail() {
    asked.remove(0).complete(new Remote.Answer.Unavailable("the call failed", "refused"));
  }

  private void pass(Duration time) {
    server.time.advance(time);
    // The wall clock stays, or the tokens of the real clock would expire.
    server.time.jump(time.negated());
  }

  private static boolean isKnown(CompletableFuture<Verdict> verdict) {
    return verdict.join() instanceof Verdict.Known;
  }

  @Test
  void theKeysAreAskedForAtTheStartAndOnce() {
    keys.tend();
    keys.tend();
    assertThat(questions).isEqualTo(1);
    answer(200, Bench.set(FIRST));
    assertThat(isKnown(said(FIRST))).isTrue();
    keys.tend();
    assertThat(questions).isEqualTo(1);
  }

  @Test
  void clientsThatComeEarlierWaitForThem() {
    CompletableFuture<Verdict> first = said(FIRST);
    CompletableFuture<Verdict> second = said(FIRST);
    CompletableFuture<Verdict> forged = said(Issuer.withEc("1"));
    assertThat(first).isNotDone();
    assertThat(questions).isEqualTo(1);
    answer(200, Bench.set(FIRST));
    assertThat(isKnown(first)).isTrue();
    assertThat(isKnown(second)).isTrue();
    assertThat(forged.join()).isInstanceOf(Verdict.Wrong.class);
  }

  @Test
  void whileThereAreNoKeysNobodyIsTakenForNobody() {
    CompletableFuture<Verdict> early = said(FIRST);
    fail();
    assertThat(early.join()).isInstanceOf(Verdict.CannotSay.class);
    assertThat(said(FIRST).join()).isInstanceOf(Verdict.CannotSay.class);
    assertThat(questions).as("no question for each client").isEqualTo(1);
    pass(KeyUrl.RETRY);
    CompletableFuture<Verdict> later = said(FIRST);
    assertThat(questions).isEqualTo(2);
    answer(200, Bench.set(FIRST));
    assertThat(isKnown(later)).isTrue();
  }

  @Test
  void aServerThatIsDownIsAskedLessAndLessOften() {
    for (int i = 0; i < 300; i++) {
      keys.tend();
      if (!asked.isEmpty()) {
        fail();
      }
      pass(Duration.ofSeconds(1));
    }
    assertThat(questions).isBetween(6, 9); // after 5, 10, 20, 40, 80, 80 s
  }

  @Test
  void anAnswerThatIsNoneIsAFailure() {
    for (String body : List.of("", "<html>", "{\"keys\":[]}", "{\"keys\":" + "[".repeat(9_000))) {
      CompletableFuture<Verdict> early = said(FIRST);
      answer(200, body);
      assertThat(early.join()).isInstanceOf(Verdict.CannotSay.class);
      pass(Duration.ofMinutes(2));
    }
    CompletableFuture<Verdict> redirected = said(FIRST);
    answer(302, Bench.set(FIRST));
    assertThat(redirected.join()).isInstanceOf(Verdict.CannotSay.class);
    pass(Duration.ofMinutes(2));
    CompletableFuture<Verdict> noText = said(FIRST);
    answer(200, null);
    assertThat(noText.join()).isInstanceOf(Verdict.CannotSay.class);
  }

  @Test
  void aKeyThatIsNotKnownYetIsAskedForButNotByEveryStranger() {
    keys.tend();
    answer(200, Bench.set(FIRST));
    // just read: a stranger's made-up key is no reason to ask again
    assertThat(said(SECOND).join()).isInstanceOf(Verdict.Wrong.class);
    assertThat(questions).isEqualTo(1);
    pass(KeyUrl.UNKNOWN);
    CompletableFuture<Verdict> rotated = said(SECOND);
    CompletableFuture<Verdict> known = said(FIRST);
    assertThat(isKnown(known)).as("others do not wait").isTrue();
    assertThat(questions).isEqualTo(2);
    answer(200, Bench.set(FIRST, SECOND));
    assertThat(isKnown(rotated)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(said(Issuer.withEc("made-up-" + i)).join()).isInstanceOf(Verdict.Wrong.class);
    }
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void aKeyThatWasTakenAwayIsGoodNoMoreAfterTheRefresh() {
    keys.tend();
    answer(200, Bench.set(FIRST, SECOND));
    pass(Duration.ofMinutes(10));
    keys.tend();
    assertThat(isKnown(said(FIRST))).as("until then it is").isTrue();
    answer(200, Bench.set(SECOND));
    assertThat(said(FIRST).join()).isInstanceOf(Verdict.Wrong.class);
    assertThat(isKnown(said(SECOND))).isTrue();
  }

  @Test
  void whileTheAddressIsDownTheLastKeysAreGoodForADay() {
    keys.tend();
    answer(200, Bench.set(FIRST));
    for (int hour = 0; hour < 24; hour++) {
      pass(Duration.ofHours(1));
      keys.tend();
      fail();
      assertThat(isKnown(said(FIRST))).as("hour %s", hour).isTrue();
    }
    pass(Duration.ofSeconds(1));
    assertThat(said(FIRST).join()).isInstanceOf(Verdict.CannotSay.class);
  }

  @Test
  void anUnknownKeyIsCannotSayWhileTheAddressIsDown() {
    keys.tend();
    answer(200, Bench.set(FIRST));
    pass(KeyUrl.UNKNOWN);
    CompletableFuture<Verdict> rotated = said(SECOND);
    fail();
    assertThat(rotated.join()).isInstanceOf(Verdict.CannotSay.class);
    assertThat(isKnown(said(FIRST))).isTrue();
  }
}
