package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Nanos;
import io.heartline.protocol.Command;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the clock for one line. It sends beats, and it closes the line when nothing answers
 * them, when a page does not begin to speak, or when the line is due to be rotated.
 */
final class Watch {
  /** What a client's own beats may be late by beyond twice their time. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Engine engine;
  private final Door door;
  private final Manner manner;

  /** How often the client wants to see a beat in text; null if it did not say. */
  private volatile @Nullable Duration textBeat;

  private final Liveness liveness;
  private final Writer writer;
  private final Deadlines deadlines;
  private final Ending ending;

  /**
   * The fraction by which its beats come early, so that lines that came together do not beat
   * together forever.
   */
  private final double haste;

  /** When a page must have begun to speak, and when the line is rotated. */
  private volatile long firstFrameDue;

  private final long rotateAt;

  /** The page's first frame has arrived. */
  private volatile boolean spoke;

  /** When the client last said anything. */
  private volatile long spokeAt;

  /** How long the client may say nothing, because it promised beats; null if it did not. */
  private volatile @Nullable Duration promised;

  /** When the client was last sent a beat in text; touched by one thread at a time. */
  private volatile long textBeatAt;

  /** @param textBeat how often the client wants to see a beat in text; null if it did not say */
  Watch(
      Engine engine,
      Door door,
      Manner manner,
      @Nullable Duration textBeat,
      Writer writer,
      Deadlines deadlines,
      Ending ending,
      long now) {
    this.engine = engine;
    this.door = door;
    this.manner = manner;
    this.textBeat = textBeat;
    this.writer = writer;
    this.deadlines = deadlines;
    this.ending = ending;
    liveness = new Liveness(now);
    textBeatAt = now;
    spokeAt = now;
    haste = engine.random() / 10;
    Limits limits = engine.limits();
    firstFrameDue = now + Nanos.of(limits.firstFrame());
    long life = Nanos.of(limits.rotateMin());
    rotateAt = now + life + (long) (engine.random() * (Nanos.of(limits.rotateMax()) - life));
  }

  /** A sign of life came. */
  void heard() {
    liveness.heard(engine.nanos());
  }

  /** The client has given a command. */
  void spoke() {
    spoke = true;
  }

  /** The client has said something, if only a beat; that is a sign of life too. */
  void said() {
    long now = engine.nanos();
    spokeAt = now;
    liveness.heard(now);
  }

  /**
   * The client has said how often it wants beats and how often it sends some. It may be late by as
   * much again, and by a moment, since its beats and ours are not in step.
   */
  void agreed(Command.Beats beats) {
    textBeat = beats.toClient();
    Duration every = beats.fromClient();
    promised = every == null ? null : every.multipliedBy(2).plus(MARGIN);
    check();
  }

  /** A write was completed. */
  void wrote(long startedAt, long nowNanos, boolean withBeat) {
    liveness.wrote(startedAt, nowNanos, withBeat);
    if (manner == Manner.LISTENING) { // a write that gets through is its only sign of life
      liveness.heard(nowNanos);
    }
  }

  /** Looks at the clock, and sets when to look again. */
  void check() {
    long now = engine.nanos();
    if (ending.isGone()) {
      return;
    }
    long beat = beatNanos();
    long grace = Nanos.of(engine.limits().grace());
    switch (liveness.check(now, beat, grace)) {
      case DEAD -> {
        if (mayBeJudged(now)) {
          ending.close(CloseStatus.NO_ANSWER, 0, false);
          return; // no need to look again: the close has a deadline of its own
        }
        liveness.askAgain();
        beat();
      }
      case BEAT_DUE -> beat();
      case ALIVE -> {}
    }
    checkAge(now);
    long next = liveness.nextCheck(now, beat, grace);
    if (mustSpeak()) {
      next = earlier(firstFrameDue, next, now);
    } else if (manner.rotates()) {
      next = earlier(rotateAt, next, now);
    }
    Duration promise = promised;
    if (promise != null) {
      next = earlier(spokeAt + Nanos.of(promise), next, now);
    }
    deadlines.set(Deadlines.Kind.CHECK, next, this::check);
  }

  /**
   * A client may ask in its URL for text beats that are more frequent than the beats of the door.
   * It cannot make the door's beats less frequent.
   */
  private long beatNanos() {
    long beat = Nanos.of(engine.beat(door));
    Duration wanted = textBeat;
    long shorter = wanted == null ? beat : Math.min(beat, wanted.toNanos());
    return shorter - (long) (shorter * haste);
  }

  private void checkAge(long now) {
    Duration promise = promised;
    if (promise != null && now - spokeAt - Nanos.of(promise) >= 0) {
      if (mayBeJudged(now)) {
        ending.close(CloseStatus.NO_ANSWER, 0, false);
      } else {
        spokeAt = now; // the server itself was late: what the client said may lie unread
      }
    }
    if (mustSpeak() && now - firstFrameDue >= 0) {
      if (mayBeJudged(now)) {
        ending.close(CloseStatus.NO_FIRST_FRAME, 0, false);
      } else {
        firstFrameDue = engine.timers().judgedAt(now);
      }
    } else if (manner.rotates() && now - rotateAt >= 0) {
      ending.close(CloseStatus.ROTATED, 0, true);
    }
  }

  /**
   * Returns whether the client may be judged now. It may not if the server itself was late: what
   * the client sent may still lie unread in its socket.
   */
  private boolean mayBeJudged(long now) {
    return engine.timers().judgedAt(now) == now;
  }

  private boolean mustSpeak() {
    return manner.pagesSpeak() && !spoke;
  }

  /** Returns the earlier of the two; a deadline that has passed does not count. */
  private static long earlier(long deadline, long next, long now) {
    return deadline - now > 0 && deadline - next < 0 ? deadline : next;
  }

  /** Asks the client for a sign of life. */
  void beat() {
    Push.Beat text =
        !manner.asksForBeats() || textBeatDue() ? new Push.Beat(engine.epochMillis()) : null;
    writer.beat(text, manner.asksForBeats());
  }

  private boolean textBeatDue() {
    long now = engine.nanos();
    Duration wanted = textBeat;
    if (wanted == null || now - textBeatAt < wanted.toNanos() - (long) (wanted.toNanos() * haste)) {
      return false;
    }
    textBeatAt = now;
    return true;
  }
}
