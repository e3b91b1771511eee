package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks up whether the lines of this node still have their seats, because an order from another
 * node to close one may have been lost. It does so for all lines whenever there is a
 * {@link Bus.Doubt doubt}, and otherwise for each line about once a minute, a few every second.
 *
 * <p>Doubts are numbered, and each line knows up to which doubt its seat was looked up. After a
 * pause of this node, its users may have other lines elsewhere. Then a line with a seat is given no
 * publications until its seat was looked up. All else goes on: beats, answers, closes.
 */
final class SeatWatch {
  private static final Logger LOG = System.getLogger(SeatWatch.class.getName());

  /** How long it takes to look up all seats if there is no doubt. */
  static final Duration ROUND = Duration.ofSeconds(60);

  private static final Duration TICK = Duration.ofSeconds(1);

  /** When it is tried again if the book cannot say. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** How many seats are looked up at a time. A book may read many of them with one question. */
  private static final int AT_A_TIME = 512;

  private final Bus bus;
  private final Seats seats;
  private final Lines lines;
  private final Timers timers;
  private final LongSupplier nanos;

  /** The number of the latest doubt; changed under the lock. */
  private volatile long doubt;

  /** The number of the latest doubt because of a pause; changed under the lock. */
  private volatile long pause;

  /** Something was committed while the lease may have run out, which is a doubt once. */
  private volatile boolean lapsed;

  /** Lines were given nothing because this node may just have stood still. */
  private volatile boolean dazed;

  /** Lines that got their seats by what may be old already. */
  @GuardedBy("this")
  private final Queue<Line> late = new ArrayDeque<>();

  /** Goes through all lines because of a doubt; empty if there is none. */
  @GuardedBy("this")
  private Iterator<Line> pass = Collections.emptyIterator();

  /** Goes through all lines, each minute anew. */
  @GuardedBy("this")
  private Iterator<Line> round = Collections.emptyIterator();

  /** How many lines that one may look at now. */
  @GuardedBy("this")
  private double due;

  @GuardedBy("this")
  private int underWay;

  /** Those that are being looked up because of a doubt. */
  @GuardedBy("this")
  private final Set<Line> doubted = new HashSet<>();

  /** The book could not say, and is given a moment. */
  @GuardedBy("this")
  private boolean waiting;

  /** How often it was asked to go on since somebody began to; 0 while nobody does. */
  private final AtomicInteger turns = new AtomicInteger();

  SeatWatch(Bus bus, Seats seats, Lines lines, Timers timers, LongSupplier nanos) {
    this.bus = bus;
    this.seats = seats;
    this.lines = lines;
    this.timers = timers;
    this.nanos = nanos;
  }

  /** Begins to look up seats. */
  void start() {
    timers.at(nanos.getAsLong() + TICK.toNanos(), this::tick);
  }

  private void tick() {
    timers.at(nanos.getAsLong() + TICK.toNanos(), this::tick);
    if (bus.isLeased()) {
      lapsed = false;
    }
    if (dazed && bus.isAwake()) { // there may have been no doubt: it was a matter of a moment
      dazed = false;
      lines.all().stream().filter(this::trusts).forEach(Line::mayDeliver);
    }
    synchronized (this) {
      int all = lines.count();
      due = Math.min(due + (double) all * TICK.toNanos() / ROUND.toNanos(), all);
    }
    goOn();
  }

  /** This node may have missed what others said. Returns at once. */
  void doubt(Bus.Doubt why) {
    synchronized (this) {
      long next = doubt + 1;
      doubt = next;
      if (why == Bus.Doubt.PAUSED) {
        pause = next;
      }
      pass = lines.all().iterator();
    }
    timers.at(nanos.getAsLong(), this::goOn);
  }

  /**
   * Something was committed. If it comes through after the lease may have run out, then it may have
   * been published for lines of other nodes.
   */
  void committed() {
    if (!bus.isLeased() && !lapsed) {
      lapsed = true;
      doubt(Bus.Doubt.PAUSED);
    }
  }

  /** Returns whether no doubt is left: all seats were looked up since the last one. */
  synchronized boolean isSure() {
    return !pass.hasNext() && late.isEmpty() && doubted.isEmpty() && !waiting;
  }

  /** Returns whether a line may be given publications. */
  boolean trusts(Line line) {
    if (line.ticket() == null) {
      return true;
    }
    boolean awake = bus.isAwake();
    if (!awake) {
      dazed = true;
    }
    return awake && line.seenAt() >= pause;
  }

  /** A line is about to claim its seat. */
  void claims(Line line) {
    line.seenAt(doubt);
  }

  /** A line was given a seat. It is looked up again if there was a doubt since it claimed it. */
  void seated(Line line) {
    if (line.seenAt() < doubt) {
      synchronized (this) {
        late.add(line);
      }
      timers.at(nanos.getAsLong(), this::goOn);
    }
  }

  /** Looks up what is due. One thread at a time does, and goes round again for the others. */
  private void goOn() {
    int asked = 1;
    if (turns.getAndIncrement() > 0) {
      return;
    }
    while (asked > 0) {
      for (Line line = next(); line != null; line = next()) {
        look(line);
      }
      asked = turns.addAndGet(-asked);
    }
  }

  /** Returns the next line to look up; null if there is none, or if enough are under way. */
  private synchronized @Nullable Line next() {
    if (waiting || underWay >= AT_A_TIME) {
      return null;
    }
    Line next = nextInDoubt();
    if (next == null) {
      next = nextOfRound();
    } else {
      doubted.add(next);
    }
    if (next != null) {
      underWay++;
    }
    return next;
  }

  @GuardedBy("this")
  private @Nullable Line nextInDoubt() {
    Line first = late.poll();
    if (first != null) {
      return first;
    }
    while (pass.hasNext()) {
      Line line = pass.next();
      if (line.ticket() != null && line.seenAt() < doubt) {
        return line;
      }
    }
    return null;
  }

  @GuardedBy("this")
  private @Nullable Line nextOfRound() {
    while (due >= 1) {
      if (!round.hasNext()) {
        round = lines.all().iterator();
      }
      due--;
      if (!round.hasNext()) {
        return null;
      }
      Line line = round.next();
      if (line.ticket() != null) {
        return line;
      }
    }
    return null;
  }

  private void look(Line line) {
    Seats.Ticket ticket = line.ticket();
    if (ticket == null || line.isEnding()) {
      looked(line);
      return;
    }
    long known = doubt; // before the book is read
    seats.check(ticket, line.door().seats(), line::isGone).whenComplete((sits, failure) -> {
      if (failure != null) {
        failed(failure);
      } else if (sits) {
        seen(line, known);
      } else {
        line.close(CloseStatus.REPLACED);
      }
      looked(line);
    });
  }

  private void seen(Line line, long known) {
    synchronized (this) { // two answers may come at a time
      line.seenAt(Math.max(line.seenAt(), known));
    }
    line.mayDeliver();
  }

  private void looked(Line line) {
    synchronized (this) {
      underWay--;
      doubted.remove(line);
    }
    goOn();
  }

  /** Nobody is closed for that. It goes through all lines in doubt again when the book is back. */
  private void failed(Throwable failure) {
    LOG.log(Level.DEBUG, () -> "a seat could not be looked up: " + Outcome.cause(failure));
    synchronized (this) {
      if (waiting) {
        return;
      }
      waiting = true;
    }
    timers.at(nanos.getAsLong() + AGAIN.toNanos(), this::again);
  }

  private void again() {
    synchronized (this) {
      waiting = false;
      pass = lines.all().iterator();
    }
    goOn();
  }

  /** Returns how many lines of this node have a seat. Walks all lines. */
  int seated() {
    return (int) lines.all().stream().filter(line -> line.ticket() != null).count();
  }
}
