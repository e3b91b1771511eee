package io.heartline.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often a seat went back and forth lately, and whether it is held because of that. Pure; times
 * are epoch milliseconds of a clock that may jump.
 *
 * <p>Some old clients come back after any close, even one with 4500: two of them would evict each
 * other forever. When a client that lost the seat within the last minute evicts another, that is a
 * return. {@value #RETURNS} returns within a minute are a war, and then the seat is held: for 10
 * seconds, and twice as long with each further war, up to 10 minutes. After 10 quiet minutes,
 * counted from the end of the hold or from the last return, the wars are forgotten.
 *
 * <p>A page that obeys 4500 stays away, and people who reload two tabs in turn stay below that
 * number.
 *
 * @param lost who lost the seat within the last minute and has not come back, oldest first
 * @param returns when clients returned within the last minute, oldest first; empty again once a
 *     hold begins
 * @param holdMillis the length of the latest hold; 0 if no war is remembered
 * @param heldUntil when the latest hold ends or ended; 0 if none is remembered
 * @param lastReturn when a client last returned; 0 if none did
 */
public record Unrest(
    List<Lost> lost, List<Long> returns, long holdMillis, long heldUntil, long lastReturn) {
  static final Unrest NONE = new Unrest(List.of(), List.of(), 0, 0, 0);

  /** How many returns within a minute are a war. */
  private static final int RETURNS = 5;

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long FIRST_HOLD = Duration.ofSeconds(10).toMillis();
  private static final long LONGEST_HOLD = Duration.ofMinutes(10).toMillis();
  private static final long FORGOTTEN = Duration.ofMinutes(10).toMillis();

  /**
   * How many evictions of the last minute are remembered. More are not needed: the seat is held
   * long before.
   */
  private static final int REMEMBERED = 16;

  /**
   * A client that had to yield to a newer one.
   *
   * @param instance null for clients without one: a newcomer without one may be any of them
   * @param at when it lost the seat
   */
  public record Lost(@Nullable String instance, long at) {}

  public Unrest {
    lost = List.copyOf(lost);
    returns = List.copyOf(returns);
  }

  /** Returns what still matters now, also after the clock was set back. */
  Unrest asOf(long now) {
    if (isCalm()) {
      return this;
    }
    List<Lost> recent = lost.stream().filter(l -> near(l.at, now)).toList();
    List<Long> counted = returns.stream().filter(at -> near(at, now)).toList();
    // If a hold ends later than any hold can, it was begun before the clock was set back.
    boolean impossible = heldUntil - now > holdMillis + MINUTE;
    boolean quiet = now - Math.max(heldUntil, lastReturn) > FORGOTTEN;
    return impossible || quiet
        ? new Unrest(recent, counted, 0, 0, counted.isEmpty() ? 0 : lastReturn)
        : new Unrest(recent, counted, holdMillis, heldUntil, lastReturn);
  }

  /** The clocks of two nodes may differ a little, so a moment may also lie in the future. */
  private static boolean near(long at, long now) {
    return Math.abs(now - at) <= MINUTE;
  }

  /** Returns whether nothing has to be remembered. */
  boolean isCalm() {
    return lost.isEmpty() && returns.isEmpty() && holdMillis == 0;
  }

  /** Returns for how many more milliseconds the seat is held; 0 if it is not. */
  long holdLeft(long now) {
    return Math.max(0, Math.min(heldUntil - now, holdMillis));
  }

  /**
   * A newcomer takes the seat from another.
   *
   * @param byHand whether a user asked for the seat by hand: that is not a return
   */
  Unrest evicts(@Nullable String newcomer, boolean byHand, @Nullable String evicted, long now) {
    boolean returning = !byHand && lost.stream().anyMatch(l -> is(l, newcomer));
    Unrest next = returning ? returned(now) : this;
    List<Lost> others = next.sits(newcomer).lost;
    List<Lost> all =
        new ArrayList<>(others.subList(Math.max(0, others.size() - REMEMBERED + 1), others.size()));
    all.add(new Lost(evicted, now));
    return next.withLost(all);
  }

  /** A client sits (again). If it lost the seat before, that is forgotten. */
  Unrest sits(@Nullable String instance) {
    List<Lost> others = new ArrayList<>(lost);
    if (instance == null) {
      lost.stream().filter(l -> is(l, null)).findFirst().ifPresent(others::remove);
    } else {
      others.removeIf(l -> is(l, instance));
    }
    return others.size() == lost.size() ? this : withLost(others);
  }

  private Unrest returned(long now) {
    List<Long> all = new ArrayList<>(returns);
    all.add(now);
    if (all.size() < RETURNS) {
      return new Unrest(lost, all, holdMillis, heldUntil, now);
    }
    long hold = Math.min(LONGEST_HOLD, Math.max(FIRST_HOLD, 2 * holdMillis));
    return new Unrest(lost, List.of(), hold, now + hold, now);
  }

  private Unrest withLost(List<Lost> others) {
    return new Unrest(others, returns, holdMillis, heldUntil, lastReturn);
  }

  private static boolean is(Lost loser, @Nullable String instance) {
    return Objects.equals(loser.instance, instance);
  }
}
