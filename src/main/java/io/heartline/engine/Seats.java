package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Who sits where: exactly one line per seat once things settle, whatever the interleaving of
 * connects. Decides under its lock, closes and probes outside of it.
 */
final class Seats {
  /** What a newcomer is told. */
  sealed interface Outcome {
    record Seated() implements Outcome {}

    /** @param delayMillis before they may try again; 0: they may not */
    record Refused(CloseStatus status, long delayMillis) implements Outcome {}
  }

  private record Key(String door, User user) {}

  private final Timers timers;
  private final LongSupplier nanos;
  private final long probeNanos;

  @GuardedBy("this")
  private final Map<Key, Seat<Line>> seats = new HashMap<>();

  Seats(Timers timers, LongSupplier nanos, Duration probe) {
    this.timers = timers;
    this.nanos = nanos;
    probeNanos = probe.toNanos();
  }

  /**
   * Claims the seat of the line's user at its door. The outcome may come later, when a holder was
   * probed.
   */
  CompletionStage<Outcome> claim(Line newcomer, boolean take) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    claim(newcomer, take, false, outcome);
    return outcome;
  }

  private void claim(
      Line newcomer, boolean take, boolean probed, CompletableFuture<Outcome> outcome) {
    User user = newcomer.user();
    SeatPolicy policy = newcomer.door().seats();
    if (user == null || !policy.limited()) {
      outcome.complete(new Outcome.Seated());
      return;
    }
    long now = nanos.getAsLong();
    Seat.Verdict<Line> verdict;
    synchronized (this) {
      if (newcomer
          .isEnding()) { // else it would evict for nothing, or nobody would ever release the seat
        return;
      }
      Seat<Line> seat = seats.computeIfAbsent(key(newcomer, user), k -> new Seat<>(policy, now));
      verdict = seat.claim(newcomer, newcomer.instance(), take, probed, now);
    }
    if (verdict instanceof Seat.Verdict.Seated<Line> seated) {
      seated.evicted().forEach(line -> line.close(CloseStatus.REPLACED));
      outcome.complete(new Outcome.Seated());
    } else if (verdict instanceof Seat.Verdict.Refused<Line> refused) {
      outcome.complete(new Outcome.Refused(refused.status(), refused.delayMillis()));
    } else if (verdict instanceof Seat.Verdict.Probe<Line> probe) {
      probe(probe.holders(), now, () -> claim(newcomer, take, true, outcome));
    }
  }

  /**
   * Asks each holder for a sign of life; who shows none in time loses the seat. Then goes on, once.
   */
  private void probe(List<Line> holders, long askedAt, Runnable then) {
    AtomicInteger silent = new AtomicInteger(holders.size());
    AtomicBoolean over = new AtomicBoolean();
    Timers.Timer timeout = timers.at(askedAt + probeNanos, () -> {
      if (over.compareAndSet(false, true)) {
        holders.stream().filter(h -> h.heardAt() - askedAt <= 0).forEach(this::giveUp);
        then.run();
      }
    });
    for (Line holder : holders) {
      holder.probe(() -> {
        if (silent.decrementAndGet() == 0 && over.compareAndSet(false, true)) {
          timeout.cancel();
          then.run();
        }
      });
    }
  }

  private void giveUp(Line holder) {
    release(holder);
    holder.close(CloseStatus.NO_ANSWER);
  }

  /**
   * The line is gone; does nothing unless it sits, so that a late close never touches its
   * successor.
   */
  void release(Line line) {
    User user = line.user();
    if (user == null || !line.door().seats().limited()) {
      return;
    }
    synchronized (this) {
      Seat<Line> seat = seats.get(key(line, user));
      if (seat != null) {
        seat.release(line);
        if (seat.forgettable(nanos.getAsLong())) {
          seats.remove(key(line, user));
        }
      }
    }
  }

  /** Drops what need not be remembered any longer; called now and then. */
  synchronized void sweep() {
    long now = nanos.getAsLong();
    seats.values().removeIf(seat -> seat.forgettable(now));
  }

  /** Returns how many seats are taken or remembered. */
  synchronized int size() {
    return seats.size();
  }

  private static Key key(Line line, User user) {
    return new Key(line.door().name(), user);
  }
}
