package io.heartline.engine;

import io.heartline.model.CloseStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One user's seat at one door: who sits, and who yields to a newcomer. Pure; guarded by
 * {@link Seats}, which closes and probes.
 *
 * <p>Clients of old come back after any close, also after 4500, so that two tabs would evict each
 * other for ever. Therefore the seat is held: each time a line that was evicted within the last
 * minute comes back and evicts, the hold doubles, and while it lasts newcomers are told to come
 * later.
 *
 * @param <H> a holder
 */
final class Seat<H> {
  private static final long COMEBACK = Duration.ofMinutes(1).toNanos();
  private static final long FIRST_HOLD = Duration.ofSeconds(10).toNanos();
  private static final long LONGEST_HOLD = Duration.ofMinutes(10).toNanos();
  private static final long FORGOTTEN = Duration.ofMinutes(10).toNanos();
  private static final int REMEMBERED = 16;

  /** What becomes of a newcomer. */
  sealed interface Verdict<H> {
    /** He sits; these must go. */
    record Seated<H>(List<H> evicted) implements Verdict<H> {}

    /** He would be refused, but first these must show that they live. */
    record Probe<H>(List<H> holders) implements Verdict<H> {}

    /** @param delayMillis before he may try again; 0: he may not */
    record Refused<H>(CloseStatus status, long delayMillis) implements Verdict<H> {}
  }

  private record Sitting<H>(H holder, @Nullable String instance) {}

  /** @param instance null for a client without one */
  private record Evicted(@Nullable String instance, long at) {}

  private final SeatPolicy policy;
  private final List<Sitting<H>> sitting = new ArrayList<>(1);
  private final Deque<Evicted> evicted = new ArrayDeque<>(1);
  private long hold;
  private long heldUntil;
  private long lastChange;

  Seat(SeatPolicy policy, long now) {
    this.policy = policy;
    heldUntil = now;
    lastChange = now;
  }

  /**
   * Decides on a newcomer.
   *
   * @param instance the page he says he is, or null
   * @param take whether a user asked for the seat by hand
   * @param probed whether all who sit have just shown that they live
   */
  Verdict<H> claim(H newcomer, @Nullable String instance, boolean take, boolean probed, long now) {
    forget(now);
    Sitting<H> predecessor = predecessor(instance);
    if (predecessor != null) { // the same page again: no change of hands
      sitting.remove(predecessor);
      return sit(newcomer, instance, List.of(predecessor.holder), now);
    }
    if (sitting.size() < policy.seats()) {
      return sit(newcomer, instance, List.of(), now);
    }
    if (!policy.newestWins()) {
      return probed
          ? new Verdict.Refused<>(CloseStatus.SEAT_LIMIT, 0)
          : new Verdict.Probe<>(holders());
    }
    boolean held = !take && heldUntil - now > 0;
    if (held && !probed) {
      return new Verdict.Probe<>(holders());
    }
    if (held) {
      long delay = (heldUntil - now) / 1_000_000 + 1;
      return new Verdict.Refused<>(CloseStatus.seatHeld(delay), delay);
    }
    if (!take && comesBack(instance, now)) {
      hold = Math.min(LONGEST_HOLD, Math.max(FIRST_HOLD, hold * 2));
      heldUntil = now + hold;
    }
    return evict(newcomer, instance, now);
  }

  /** A holder is gone or has not answered. */
  void release(H holder) {
    sitting.removeIf(s -> s.holder == holder);
  }

  /** Returns whether nobody sits here and nothing must be remembered. */
  boolean forgettable(long now) {
    forget(now);
    return sitting.isEmpty() && evicted.isEmpty() && hold == 0;
  }

  List<H> holders() {
    return sitting.stream().map(Sitting::holder).toList();
  }

  private Verdict<H> evict(H newcomer, @Nullable String instance, long now) {
    Sitting<H> oldest = sitting.remove(0);
    evicted.addLast(new Evicted(oldest.instance, now));
    if (evicted.size() > REMEMBERED) {
      evicted.removeFirst();
    }
    return sit(newcomer, instance, List.of(oldest.holder), now);
  }

  private Verdict<H> sit(H newcomer, @Nullable String instance, List<H> leaving, long now) {
    sitting.add(new Sitting<>(newcomer, instance));
    lastChange = now;
    return new Verdict.Seated<>(leaving);
  }

  private @Nullable Sitting<H> predecessor(@Nullable String instance) {
    return instance == null
        ? null
        : sitting.stream().filter(s -> instance.equals(s.instance)).findFirst().orElse(null);
  }

  /** A client without an instance may be any of those that were evicted. */
  private boolean comesBack(@Nullable String instance, long now) {
    return evicted.stream()
        .anyMatch(e -> now - e.at <= COMEBACK && Objects.equals(e.instance, instance));
  }

  private void forget(long now) {
    evicted.removeIf(e -> now - e.at > COMEBACK);
    if (now - lastChange > FORGOTTEN && heldUntil - now <= 0) {
      hold = 0;
    }
  }
}
