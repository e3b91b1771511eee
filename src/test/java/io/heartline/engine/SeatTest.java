package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A seat as a value: who sits after which claims at which times. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeatTest {
  private static final long START = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;

  /** One seat's life; all who sit answer when they are probed. */
  private static final class Life {
    private final SeatPolicy policy;
    private Seat seat = Seat.EMPTY;
    private int lines;

    private Life(SeatPolicy policy) {
      this.policy = policy;
    }

    /**
     * Somebody claims.
     *
     * @param who a page's name, {@code raw} for a client without one, with {@code !} at the end if
     *     it is taken by hand
     * @return such as {@code sits}, {@code evicts x}, {@code held 3000}, {@code full}
     */
    String claim(String who, long now) {
      return outcome(verdict(who, null, now), who, now);
    }

    private Seat.Verdict verdict(String who, Seat.Probed probed, long now) {
      String name = who.replace("!", "");
      Seat.Newcomer newcomer = new Seat.Newcomer(
          "n", "line-" + lines, name.equals("raw") ? null : name, who.endsWith("!"));
      return seat.claim(policy, newcomer, probed, now);
    }

    /** Nobody came since, and all but these have answered. */
    private Seat.Probed all(Holder... silent) {
      return new Seat.Probed(seat.lastClaim(), Set.of(silent));
    }

    private String outcome(Seat.Verdict verdict, String who, long now) {
      if (verdict instanceof Seat.Verdict.Seated seated) {
        lines++;
        seat = seated.next();
        return seated.replaced().isEmpty()
            ? "sits"
            : "evicts " + name(seated.replaced().get(0).instance());
      }
      if (verdict instanceof Seat.Verdict.Refused refused) {
        seat = refused.next();
        return refused.status().staysAway() ? "full" : "held " + refused.delayMillis();
      }
      assertThat(((Seat.Verdict.Probe) verdict).holders())
          .as("who is probed before somebody is refused")
          .isEqualTo(seat.holders());
      return outcome(verdict(who, all(), now), who, now);
    }

    private static String name(String instance) {
      return instance == null ? "raw" : instance;
    }

    void leave(String who) {
      seat.holders().stream()
          .filter(holder -> name(holder.instance()).equals(who))
          .toList()
          .forEach(holder -> seat = seat.release(holder));
    }

    /** Each row: seconds since the start, who, and what is to become of them. */
    Life play(String table) {
      table.lines().map(row -> row.strip().split("\\s+", 3)).forEach(row -> {
        if (row[2].equals("leaves")) {
          leave(row[1]);
        } else {
          long now = START + Math.round(Double.parseDouble(row[0]) * 1000);
          assertThat(claim(row[1], now)).as("%s at %s s", row[1], row[0]).isEqualTo(row[2]);
        }
      });
      return this;
    }
  }

  private static Life newest() {
    return new Life(SeatPolicy.NEWEST);
  }

  @Test
  void twoTabsReloadedByTurnsAreNeverHeldOff() {
    newest().play("""
        0 x sits
        2 y evicts x
        4 x evicts y
        6 y evicts x
        8 x evicts y""");
    newest().play("""
        0 raw sits
        2 raw evicts raw
        4 raw evicts raw
        6 raw evicts raw
        8 raw evicts raw""");
  }

  @Test
  void twoTabsReloadedByTurnsAllDayAreNeverHeldOff() {
    Life life = newest();
    life.play("0 x sits");
    for (int i = 1; i < 1000; i++) { // a person reloads four times a minute at most
      String who = i % 2 == 0 ? "x" : "y";
      assertThat(life.claim(who, START + i * 16_000L)).startsWith("evicts");
    }
    assertThat(life.seat.unrest().holdMillis()).isZero();
  }

  @Test
  void afterFiveReturnsWithinAMinuteTheSeatIsHeld() {
    newest().play("""
        0   x   sits
        1   y   evicts x
        2   x   evicts y
        14  y   evicts x
        30  x   evicts y
        45  y   evicts x
        60  x   evicts y
        60  y   held 10000
        61  z   held 9000
        62  x   evicts x
        69  raw held 1000
        69.999 y held 1
        70  y   evicts x""");
  }

  @Test
  void fiveReturnsThatTakeLongerThanAMinuteAreNoWar() {
    newest().play("""
        0   x evicts
        1   y evicts x
        2   x evicts y
        14  y evicts x
        30  x evicts y
        45  y evicts x
        63  x evicts y
        64  y evicts x""".replace("0   x evicts\n", "0   x sits\n"));
  }

  @Test
  void aHeldSeatIsTakenByHandAndThatIsNoReturn() {
    Life life = newest().play(war("x", "y"));
    long hold = life.seat.unrest().heldUntil();
    life.play("""
        7   y  held 9000
        8   y! evicts x
        9   x! evicts y
        9   y! evicts x
        10  x! evicts y
        11  y! evicts x
        12  x! evicts y
        13  z  held 3000""");
    assertThat(life.seat.unrest().heldUntil()).isEqualTo(hold);
  }

  /** Seven seconds, of which the last but one begins the hold. */
  private static String war(String one, String other) {
    return """
        0 x sits
        1 y evicts x
        2 x evicts y
        3 y evicts x
        4 x evicts y
        5 y evicts x
        6 x evicts y""".replace("x", one).replace("y", other);
  }

  @Test
  void whoComesForTheFirstTimeHasNotReturned() {
    Life life = newest().play("0 a sits");
    for (int i = 1; i < 100; i++) {
      String who = Character.toString('a' + i);
      assertThat(life.claim(who, START + i)).startsWith("evicts");
    }
  }

  @Test
  void whoReturnsToAnEmptySeatHasDrivenNobodyOut() {
    Life life = newest();
    for (int i = 0; i < 20; i++) {
      life.play("""
          0 x sits
          1 y evicts x
          2 y leaves
          3 x sits
          4 x leaves""");
    }
  }

  @Test
  void theSamePageMayComeBackAsOftenAsItLikes() {
    Life life = newest().play("0 x sits");
    for (int i = 1; i < 100; i++) {
      assertThat(life.claim("x", START + i)).isEqualTo("evicts x");
    }
    assertThat(life.seat.unrest()).isEqualTo(Unrest.NONE);
  }

  /** Two clients that come back every second, whatever they are told. */
  private static List<Long> holds(Life life, String one, String other, Duration time) {
    List<Long> holds = new ArrayList<>();
    boolean turn = false;
    for (long at = 0; at < time.toMillis(); at += 1000) {
      String outcome = life.claim(turn ? one : other, START + at);
      turn = !turn;
      if (outcome.startsWith("held")) {
        long hold = life.seat.unrest().holdMillis() / 1000;
        if (holds.isEmpty() || life.seat.unrest().heldUntil() != lastHeldUntil) {
          holds.add(hold);
        }
        lastHeldUntil = life.seat.unrest().heldUntil();
      }
    }
    return holds;
  }

  private static long lastHeldUntil;

  @ParameterizedTest
  @ValueSource(strings = {"x y", "raw raw"})
  void eachFurtherWarDoublesTheHoldUpToTenMinutes(String clients) {
    String[] both = clients.split(" ");
    assertThat(holds(newest(), both[0], both[1], Duration.ofMinutes(60)))
        .startsWith(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L, 600L, 600L)
        .last()
        .isEqualTo(600L);
  }

  @Test
  void holdsAreForgottenTenQuietMinutesAfterTheirEndAndNotBefore() {
    for (boolean forgotten : new boolean[] {false, true}) {
      Life life = newest().play(war("x", "y"));
      assertThat(life.seat.unrest().holdMillis()).isEqualTo(10_000);
      long again = life.seat.unrest().heldUntil() + 10 * MINUTE + (forgotten ? 1 : 0);
      life.claim("x", again - 5);
      for (int i = 0; i < 6; i++) {
        assertThat(life.claim(i % 2 == 0 ? "y" : "x", again)).startsWith("evicts");
      }
      assertThat(life.claim("y", again)).isEqualTo(forgotten ? "held 10000" : "held 20000");
    }
  }

  @Test
  void theLongestHoldIsNotForgottenAsItEnds() {
    Life life = newest();
    holds(life, "x", "y", Duration.ofMinutes(20));
    assertThat(life.seat.unrest().holdMillis()).isEqualTo(10 * MINUTE);
    long end = life.seat.unrest().heldUntil();
    life.play("").leave("none");
    long hold = life.seat.unrest().asOf(end + 1).holdMillis();
    assertThat(hold).isEqualTo(10 * MINUTE);
  }

  @Test
  void aReturnAfterTheHoldIsNotQuiet() {
    Life life = newest().play(war("x", "y"));
    long end = life.seat.unrest().heldUntil();
    life.claim("y", end + 9 * MINUTE);
    life.claim("x", end + 9 * MINUTE); // lost it and returns
    assertThat(life.seat.unrest().asOf(end + 11 * MINUTE).holdMillis()).isEqualTo(10_000);
    assertThat(life.seat.unrest().asOf(end + 20 * MINUTE).holdMillis()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-Integer.MAX_VALUE, -60 * MINUTE, -2 * MINUTE, 10_000, MINUTE, 1L << 40})
  void aJumpOfTheClockEndsAHoldAndMakesNone(long jump) {
    Life life = newest().play(war("x", "y"));
    long now = START + 6_001 + jump;
    assertThat(life.claim("y", now)).isEqualTo("evicts x");
    assertThat(life.seat.forgettable(now)).isFalse();
    life.leave("y");
    assertThat(life.seat.forgettable(now + 11 * MINUTE)).isTrue();
  }

  @Test
  void aClockSetBackALittleProlongsAHoldByNoMoreThanThat() {
    Life life = newest().play(war("x", "y"));
    assertThat(life.claim("y", START - 14_000)).isEqualTo("held 10000");
    assertThat(life.claim("y", START + 16_000)).isEqualTo("evicts x");
  }

  @Test
  void theNumbersOfClaimsGrowThoughTheClockGoesBack() {
    Life life = newest();
    long before = 0;
    for (long now : new long[] {START, START, START - MINUTE, 0, START + 5, START + 5}) {
      life.claim("x" + now, now);
      assertThat(life.seat.lastClaim()).isGreaterThan(before).isGreaterThanOrEqualTo(now);
      before = life.seat.lastClaim();
    }
  }

  @Test
  void aLateReleaseNeverTouchesASuccessor() {
    Life life = newest().play("0 x sits");
    Holder first = life.seat.holders().get(0);
    life.play("1 x evicts x");
    assertThat(life.seat.release(first)).isSameAs(life.seat);
    Holder second = life.seat.holders().get(0);
    assertThat(life.seat.release(second).holders()).isEmpty();
    assertThat(life.seat.release(second).forgettable(START)).isTrue();
  }

  static List<SeatPolicy> thatRefuse() {
    return List.of(SeatPolicy.OLDEST, SeatPolicy.atMost(1), SeatPolicy.atMost(3));
  }

  @ParameterizedTest
  @MethodSource("thatRefuse")
  void whereNewcomersDoNotWinTheyAreRefusedByHandToo(SeatPolicy policy) {
    Life life = new Life(policy);
    for (int i = 0; i < policy.seats(); i++) {
      life.play("0 p" + i + " sits");
    }
    life.play("""
        1 z  full
        1 z! full
        1 raw full
        2 p0 evicts p0
        3 p0 leaves
        4 z  sits""");
  }

  @ParameterizedTest
  @MethodSource("thatRefuse")
  void aHolderThatIsSilentLosesTheSeat(SeatPolicy policy) {
    Life life = new Life(policy);
    for (int i = 0; i < policy.seats(); i++) {
      life.play("0 p" + i + " sits");
    }
    Holder silent = life.seat.holders().get(policy.seats() - 1);
    assertThat(life.outcome(life.verdict("z", life.all(silent), START), "z", START))
        .isEqualTo("sits");
    assertThat(life.seat.holders()).doesNotContain(silent).hasSize(policy.seats());
  }

  @Test
  void whoCameWhileOthersWereProbedHasShownTheyLive() {
    Life life = new Life(SeatPolicy.OLDEST).play("0 x sits");
    Seat.Probed probed = life.all(life.seat.holders().get(0));
    life.leave("x");
    life.play("1 y sits");
    assertThat(life.outcome(life.verdict("z", probed, START), "z", START)).isEqualTo("full");
  }

  @Test
  void whoWaitedForTheProbeDoesNotEvictWhoCameMeanwhile() {
    Life life = newest().play(war("x", "y"));
    Seat.Probed probed = life.all();
    life.play("8 z! evicts x");
    for (long later : new long[] {START + 9_000, life.seat.unrest().heldUntil() + 1}) {
      Seat.Verdict verdict = life.verdict("y", probed, later);
      assertThat(verdict).isEqualTo(new Seat.Verdict.Refused(life.seat, CloseStatus.REPLACED, 0));
    }
  }

  @Test
  void whoWaitedForTheProbeDoesNotReplaceTheNewerLineOfTheSamePage() {
    Life life = new Life(SeatPolicy.OLDEST).play("0 x sits");
    Seat.Probed probed = life.all();
    life.play("""
        1 x leaves
        2 z sits""");
    assertThat(life.verdict("z", probed, START + 3_000))
        .isEqualTo(new Seat.Verdict.Refused(life.seat, CloseStatus.REPLACED, 0));
  }

  @Test
  void aLineThatSitsAlreadyWithoutKnowingItSitsOnce() {
    Life life = newest().play("0 raw sits");
    life.lines = 0; // the same line asks again: the book could not tell it of its success
    assertThat(life.claim("raw", START + 1)).isEqualTo("sits");
    assertThat(life.seat.holders()).hasSize(1);
    assertThat(life.seat.unrest()).isEqualTo(Unrest.NONE);
  }

  @Test
  void anUnchangedSeatIsTheSameValueSoThatNothingIsWritten() {
    Life life = newest().play(war("x", "y"));
    Seat before = life.seat;
    life.claim("y", START + 8_000);
    assertThat(life.seat).isSameAs(before);
  }

  @Test
  void ofSeveralSeatsTheOldestIsTaken() {
    new Life(new SeatPolicy(2, true)).play("""
        0 x sits
        1 y sits
        2 z evicts x
        3 x evicts y""");
  }

  private static Holder holder(int claim, String instance) {
    return new Holder("n", "line-" + claim, claim, instance);
  }

  private static Seat seat(long lastClaim, Holder... holders) {
    return new Seat(List.of(holders), Unrest.NONE, lastClaim);
  }

  /** Who sits afterwards, in their order, and who is replaced; or what else becomes of the line. */
  private static String standing(SeatPolicy policy, Seat seat, Holder line) {
    Seat.Standing standing = seat.standing(policy, line);
    if (standing instanceof Seat.Standing.Back back) {
      assertThat(back.next().lastClaim()).isGreaterThanOrEqualTo(seat.lastClaim());
      assertThat(back.next().lastClaim()).isGreaterThanOrEqualTo(line.claim());
      assertThat(back.next().holders()).contains(line);
      return "back " + claims(back.next().holders()) + " instead of " + claims(back.replaced());
    }
    return standing instanceof Seat.Standing.Sits ? "sits" : "replaced";
  }

  private static List<Long> claims(List<Holder> holders) {
    return holders.stream().map(Holder::claim).toList();
  }

  @Test
  void aLineOfTheBookSits() {
    Holder a = holder(5, "a");
    assertThat(standing(SeatPolicy.NEWEST, seat(9, a), a)).isEqualTo("sits");
    assertThat(standing(SeatPolicy.atMost(2), seat(9, holder(7, "b"), a), a)).isEqualTo("sits");
  }

  @Test
  void aLineThatTheBookLostIsPutBackUnlessNewerOnesFillTheSeat() {
    Holder a = holder(5, "a");
    assertThat(standing(SeatPolicy.NEWEST, Seat.EMPTY, a)).isEqualTo("back [5] instead of []");
    assertThat(standing(SeatPolicy.NEWEST, seat(9), a)).isEqualTo("back [5] instead of []");
    assertThat(standing(SeatPolicy.NEWEST, seat(9, holder(4, "b")), a))
        .isEqualTo("back [5] instead of [4]");
    assertThat(standing(SeatPolicy.OLDEST, seat(9, holder(4, "b")), a))
        .isEqualTo("back [5] instead of [4]");
    assertThat(standing(SeatPolicy.NEWEST, seat(9, holder(6, "b")), a)).isEqualTo("replaced");
    assertThat(standing(SeatPolicy.OLDEST, seat(9, holder(6, "b")), a)).isEqualTo("replaced");
    SeatPolicy three = SeatPolicy.atMost(3);
    assertThat(standing(three, seat(9, holder(3, "x"), holder(4, null), holder(6, "z")), a))
        .isEqualTo("back [4, 5, 6] instead of [3]");
    assertThat(standing(three, seat(9, holder(6, "x"), holder(7, "y"), holder(8, "z")), a))
        .isEqualTo("replaced");
  }

  @Test
  void aPageNeverSitsTwice() {
    SeatPolicy three = SeatPolicy.atMost(3);
    Holder a = holder(5, "a");
    assertThat(standing(three, seat(9, holder(6, "a")), a)).isEqualTo("replaced");
    assertThat(standing(three, seat(9, holder(2, "x"), holder(4, "a")), a))
        .isEqualTo("back [2, 5] instead of [4]");
    assertThat(standing(three, seat(9, holder(4, null), holder(6, null)), holder(5, null)))
        .as("clients without a name are different ones")
        .isEqualTo("back [4, 5, 6] instead of []");
  }
}
