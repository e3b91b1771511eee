package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who a line belongs to: found out later, renewed, expired, refused. */
class IdentityTest {
  private static final User BOB = new User("bob");

  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  private Line arrive(Door door, Authenticator.Verdict verdict) {
    Line line =
        rig.engine.open(door, connection, Arrivals.of(verdict.now(), null)).orElseThrow();
    rig.run();
    return line;
  }

  private static Authenticator.Verdict.Known known(User user) {
    return new Authenticator.Verdict.Known(Identity.of(user));
  }

  /** The identity lasts so long from now. */
  private Authenticator.Verdict.Known until(User user, Duration life) {
    long end = rig.time.epochMicros() / 1000 + life.toMillis();
    return new Authenticator.Verdict.Known(new Identity(user, end, Set.of(), "t1"));
  }

  @Test
  void commandsWaitUntilItIsKnownWhoSaysThem() {
    CompletableFuture<Authenticator.Verdict> later = new CompletableFuture<>();
    Line line = rig.engine
        .open(Rig.pages(SeatPolicy.NEWEST), connection, Arrivals.of(later, null))
        .orElseThrow();
    rig.say(line, "{\"hello\":{}}\n{\"probe\":1}");
    rig.say(line, "{\"probe\":2}");
    assertThat(connection.rest()).isEmpty();
    later.complete(known(Rig.ANN));
    rig.run();
    assertThat(connection.rest())
        .satisfiesExactly(
            welcome -> assertThat(welcome).contains("\"user\":\"ann\""),
            first -> assertThat(first).isEqualTo("{\"probed\":1}"),
            second -> assertThat(second).isEqualTo("{\"probed\":2}"));
    assertThat(rig.engine.isHere(Rig.ANN)).isTrue();
  }

  @Test
  void whoFloodsALineWhileItIsNotKnownWhoTheyAreIsClosed() {
    CompletableFuture<Authenticator.Verdict> never = new CompletableFuture<>();
    Line line = rig.engine
        .open(Rig.pages(SeatPolicy.NEWEST), connection, Arrivals.of(never, null))
        .orElseThrow();
    rig.say(line, "{\"hello\":{}}");
    for (int i = 0; i <= Steps.MAX_WAITING; i++) {
      rig.say(line, "{\"probe\":1}");
    }
    assertThat(connection.closed).isEqualTo(CloseStatus.SLOT_OVERFLOW);
  }

  @Test
  void wrongCredentialsAreToldAndNeverTakenForNobody() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), new Authenticator.Verdict.Wrong("expired"));
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.closed).isEqualTo(CloseStatus.credentials("expired"));
    assertThat(connection.rest()).noneMatch(text -> text.contains("welcome"));
  }

  @Test
  void onARawLineWrongCredentialsMeanStayAway() {
    arrive(Rig.raw(SeatPolicy.NONE), new Authenticator.Verdict.Wrong("expired"));
    assertThat(connection.closed.code()).isEqualTo(4500);
    rig.publish("updates", "1");
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void whoCannotBeToldNowComesBackLater() {
    arrive(Rig.raw(SeatPolicy.NONE), new Authenticator.Verdict.CannotSay("no answer"));
    assertThat(connection.closed).isEqualTo(CloseStatus.CANNOT_SAY);
  }

  @Test
  void anAuthenticatorThatNeverAnswersLeavesNoLineOpen() {
    CompletableFuture<Authenticator.Verdict> never = new CompletableFuture<>();
    rig.engine.open(Rig.raw(SeatPolicy.NONE), connection, Arrivals.of(never, null));
    rig.assertClosedAfter(10, connection, CloseStatus.CANNOT_SAY);
  }

  @Test
  void aTokenInTheHelloGoesBeforeTheRequest() {
    rig.tokens = credentials -> known(new User(credentials.token())).now();
    Line line = arrive(Rig.pages(SeatPolicy.NONE), known(Rig.ANN));
    rig.say(line, "{\"hello\":{\"token\":\"bob\"}}");
    assertThat(connection.rest()).singleElement().asString().contains("\"user\":\"bob\"");
    assertThat(rig.engine.isHere(BOB)).isTrue();
    assertThat(rig.engine.isHere(Rig.ANN)).isFalse();
  }

  @Test
  void aTokenThatNobodyLooksAtIsRefusedAndTheLineLives() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), known(Rig.ANN));
    rig.say(line, "{\"hello\":{\"token\":\"x\"}}\n{\"token\":\"y\"}");
    assertThat(connection.rest())
        .satisfiesExactly(
            welcome -> assertThat(welcome).contains("\"user\":\"ann\""),
            hello -> assertThat(hello).contains("\"code\":\"unsupported\""),
            token -> assertThat(token).contains("\"code\":\"unsupported\""));
    assertThat(connection.closed).isNull();
  }

  @Test
  void anExpiredIdentityEndsTheLineUnlessItIsRenewed() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.say(line, "{\"hello\":{}}");
    rig.tokens = credentials -> until(Rig.ANN, Duration.ofSeconds(30)).now();
    rig.pass(Duration.ofSeconds(15));
    rig.say(line, "{\"token\":\"fresh\"}");
    rig.pass(Duration.ofSeconds(14));
    rig.say(line, "{\"beat\":1}");
    rig.pass(Duration.ofSeconds(15));
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
  }

  /**
   * The page has a third of the time left to fetch another token, and tries again in a third of
   * that.
   */
  @Test
  void thatAnIdentityExpiresIsToldAhead() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(18)));
    rig.say(line, "{\"hello\":{}}");
    connection.rest();
    rig.pass(Duration.ofSeconds(11));
    assertThat(connection.rest()).isEmpty();
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.rest()).containsExactly("{\"expiring\":6000}");
    rig.pass(Duration.ofSeconds(4));
    assertThat(connection.rest()).containsExactly("{\"expiring\":2000}");
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(2));
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
    assertThat(connection.rest())
        .containsExactly(
            "{\"bye\":{\"code\":4001,\"reason\":\"the credentials have expired\",\"reconnect\":true,\"delay\":0}}");
  }

  @Test
  void aLongIdentityIsToldAMinuteAhead() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofMinutes(10)));
    rig.say(line, "{\"hello\":{}}");
    for (int i = 0; i < 539; i++) {
      rig.pass(Duration.ofSeconds(1));
      rig.say(line, "{\"beat\":1}");
    }
    assertThat(connection.rest()).noneMatch(text -> text.contains("expiring"));
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.rest()).anyMatch(text -> text.contains("{\"expiring\":60000}"));
  }

  @Test
  void onceRenewedNothingOfTheFirstExpiryIsLeft() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(18)));
    rig.say(line, "{\"hello\":{}}");
    rig.pass(Duration.ofSeconds(12));
    rig.tokens = credentials -> until(Rig.ANN, Duration.ofSeconds(300)).now();
    rig.say(line, "{\"token\":\"fresh\"}");
    connection.rest();
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isNull();
  }

  @Test
  void aRenewalMovesNoCursor() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(18)));
    rig.say(line, "{\"hello\":{}}\n{\"subscribe\":\"updates\"}");
    rig.publish("updates", "1");
    connection.rest();
    rig.tokens = credentials -> until(Rig.ANN, Duration.ofSeconds(30)).now();
    rig.publishOnly("updates", "2");
    rig.say(line, "{\"token\":\"fresh\"}");
    rig.publish("updates", "3");
    assertThat(String.join("\n", connection.rest()).split("\n"))
        .satisfiesExactly(
            second -> assertThat(second).contains("\"offset\":2,"),
            third -> assertThat(third).contains("\"offset\":3,"));
    assertThat(connection.closed).isNull();
  }

  @Test
  void theDeadlineBelievesTheWallClockThatWasSetBack() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.say(line, "{\"hello\":{}}");
    rig.time.jump(Duration.ofSeconds(-8));
    rig.pass(Duration.ofSeconds(20));
    assertThat(connection.closed).isNull();
    rig.assertClosedAfter(8, connection, CloseStatus.EXPIRED);
  }

  /** The wall clock is set forth: the deadline has not come, and nobody may hear anything more. */
  @Test
  void nothingIsWrittenAfterTheExpiryThoughNoDeadlineHasPassed() {
    Line line = arrive(Rig.raw(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.publish("updates", "1");
    assertThat(connection.rest()).containsExactly("1");
    rig.publishOnly("updates", "2");
    rig.time.jump(Duration.ofSeconds(20));
    rig.run();
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
    assertThat(line.isGone()).isTrue();
  }

  @Test
  void nothingIsDoneForAnIdentityThatHasExpired() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.say(line, "{\"hello\":{}}");
    connection.rest();
    rig.time.jump(Duration.ofSeconds(20));
    rig.say(line, "{\"subscribe\":\"updates\",\"last\":1}");
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
    assertThat(connection.rest()).noneMatch(text -> text.contains("subscribed"));
  }

  @Test
  void aDrainDoesNotDeliverBeyondTheExpiry() {
    Line line = arrive(Rig.raw(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(3)));
    line.drain(5_000);
    rig.pass(Duration.ofSeconds(3));
    rig.publish("updates", "1");
    assertThat(connection.rest()).isEmpty();
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
  }

  @Test
  void aRawLineThatCannotRenewIsClosedSoThatItComesBack() {
    arrive(Rig.raw(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(5)));
    rig.assertClosedAfter(5, connection, CloseStatus.EXPIRED);
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void anIdentityThatIsOverByTheTimeItIsKnownIsOver() {
    arrive(Rig.raw(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(-1)));
    rig.settle();
    assertThat(connection.closed).isEqualTo(CloseStatus.EXPIRED);
  }

  @Test
  void aRenewalThatCannotBeCheckedNowCostsNothingYet() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.say(line, "{\"hello\":{}}");
    connection.rest();
    rig.tokens = credentials -> new Authenticator.Verdict.CannotSay("no keys").now();
    rig.say(line, "{\"token\":\"fresh\"}");
    assertThat(connection.rest()).singleElement().asString().contains("\"code\":\"unavailable\"");
    rig.assertClosedAfter(20, connection, CloseStatus.EXPIRED);
  }

  @Test
  void aRefusedRenewalEndsTheLine() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), until(Rig.ANN, Duration.ofSeconds(20)));
    rig.say(line, "{\"hello\":{}}");
    rig.tokens = credentials -> new Authenticator.Verdict.Wrong("the token has expired").now();
    rig.say(line, "{\"token\":\"old\"}");
    assertThat(connection.closed).isEqualTo(CloseStatus.credentials("the token has expired"));
  }

  @Test
  void aPageThatWasSomebodyIsToldThatItIsNobodyNow() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), new Authenticator.Verdict.Nobody());
    rig.say(line, "{\"hello\":{\"as\":\"ann\"}}\n{\"subscribe\":\"updates\"}");
    assertThat(connection.closed).isEqualTo(CloseStatus.LOGGED_OUT);
    assertThat(connection.rest()).noneMatch(text -> text.contains("welcome"));
  }

  @Test
  void aPageThatWasSomebodyElseIsToldSo() {
    Line line = arrive(Rig.pages(SeatPolicy.NONE), known(BOB));
    rig.say(line, "{\"hello\":{\"as\":\"ann\"}}");
    assertThat(connection.closed).isEqualTo(CloseStatus.ANOTHER_USER);
    assertThat(rig.engine.isHere(BOB)).isFalse();
  }

  @Test
  void aPageThatIsWhoItWasIsWelcome() {
    rig.tokens = credentials -> known(Rig.ANN).now();
    Line line = arrive(Rig.pages(SeatPolicy.NONE), new Authenticator.Verdict.Nobody());
    rig.say(line, "{\"hello\":{\"token\":\"t\",\"as\":\"ann\"}}");
    assertThat(connection.rest()).singleElement().asString().contains("\"user\":\"ann\"");
  }

  @Test
  void aTokenOfAnotherUserEndsTheLine() {
    rig.tokens = credentials -> known(BOB).now();
    Line line = arrive(Rig.pages(SeatPolicy.NONE), known(Rig.ANN));
    rig.say(line, "{\"hello\":{}}\n{\"token\":\"bob's\"}");
    assertThat(connection.closed).isEqualTo(CloseStatus.ANOTHER_USER);
  }

  @Test
  void anIdentityThatComesAfterTheEndLeavesNothingBehind() {
    CompletableFuture<Authenticator.Verdict> later = new CompletableFuture<>();
    Line line = rig.engine
        .open(Rig.raw(SeatPolicy.NEWEST), connection, Arrivals.of(later, null))
        .orElseThrow();
    line.closed(1006);
    later.complete(known(Rig.ANN));
    rig.run();
    assertThat(rig.engine.users()).isZero();
    assertThat(rig.engine.seatsTaken()).isZero();
    assertThat(rig.engine.channels()).isZero();
  }
}
