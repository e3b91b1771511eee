package io.heartline.faults;

import io.heartline.faults.History.Kept;
import io.heartline.faults.History.Reader;
import io.heartline.faults.History.Sent;
import io.heartline.model.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a history by what is promised: no acknowledged publication is lost, none is applied twice,
 * each channel keeps its order, every discontinuity is told, and a seat has one line at the end.
 *
 * <p>Expects that the log was read whole at the end, and that each reader was awaited until it had
 * the last publication of its channel.
 */
final class Checker {
  /** What was broken. */
  enum Promise {
    /** What was acknowledged stands in the log, where the answer said. */
    ACKNOWLEDGED_IS_KEPT,
    /** The log holds each publication once, and each publisher's in the order he sent them. */
    ONCE_AND_IN_ORDER_IN_THE_LOG,
    /** A reader applies what follows its position, or is told of a gap. */
    NO_SILENT_GAP,
    /** What is pushed to a line follows what was pushed before. */
    IN_STEP,
    /** No reader applies a publication twice. */
    APPLIED_ONCE,
    /** What a reader applies is what the log holds there. */
    WHAT_THE_LOG_SAYS,
    /** A reader who was not told of a gap since has the last publication of the log. */
    NOTHING_LOST_AT_THE_END,
    /** A seat has one line. */
    ONE_LINE_PER_SEAT
  }

  /** A promise that was broken, and how. */
  record Violation(Promise promise, String how) {}

  /** Reasons of a gap that say that another log holds from now on. */
  private static final Set<String> OTHER_LOG = Set.of("diverged", "epoch");

  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private Checker(History history) {
    this.history = history;
  }

  /** Returns all that was broken; empty if every promise was kept. */
  static List<Violation> judge(History history) {
    Checker checker = new Checker(history);
    checker.judgeLog();
    history.seen().forEach(checker::judgeReader);
    history.seated().forEach(checker::judgeSeat);
    return checker.violations;
  }

  private void broken(Promise promise, String how) {
    violations.add(new Violation(promise, how));
  }

  private void judgeLog() {
    Map<String, Kept> byValue = new HashMap<>();
    Set<String> channels = new HashSet<>();
    history.sent().forEach(sent -> channels.add(sent.channel()));
    for (String channel : channels) {
      for (Kept kept : history.kept(channel)) {
        Kept twin = byValue.put(channel + ' ' + kept.value(), kept);
        if (twin != null) {
          broken(
              Promise.ONCE_AND_IN_ORDER_IN_THE_LOG,
              kept.value() + " stands in " + channel + " at " + twin.position() + " and at "
                  + kept.position());
        }
      }
    }
    Map<String, Position> last = new HashMap<>(); // of each publisher in each channel
    for (Sent sent : history.sent()) {
      judgeSent(sent, byValue.get(sent.channel() + ' ' + sent.value()), last);
    }
  }

  private void judgeSent(Sent sent, @Nullable Kept kept, Map<String, Position> last) {
    Position told = sent.position();
    boolean elsewhere = kept != null && told != null && !isSame(kept.position(), told);
    if (sent.acknowledged() && (kept == null || elsewhere)) {
      broken(
          Promise.ACKNOWLEDGED_IS_KEPT,
          sent.value() + " of " + sent.channel() + " was acknowledged"
              + (told == null ? "" : " at " + told) + " and is "
              + (kept == null ? "lost" : "at " + kept.position()));
    }
    if (kept == null) {
      return;
    }
    Position before = last.put(sent.publisher() + ' ' + sent.channel(), kept.position());
    if (before != null && before.offset() >= kept.position().offset()) {
      broken(
          Promise.ONCE_AND_IN_ORDER_IN_THE_LOG,
          sent.value() + " stands at " + kept.position() + ", what its publisher sent before at "
              + before);
    }
  }

  /**
   * A log that was set back goes on in a new epoch; what it has kept has its offset and its tag.
   */
  private static boolean isSame(Position kept, Position told) {
    return kept.offset() == told.offset() && kept.tag() == told.tag();
  }

  private void judgeReader(Reader reader, List<Seen> events) {
    Map<Long, String> log = new HashMap<>();
    history.kept(reader.channel()).forEach(kept -> log.put(kept.position().offset(), kept.value()));
    Set<String> applied = new HashSet<>();
    List<Violation> otherLog = new ArrayList<>(); // what is no violation if a gap is told later
    Position at = null; // where it stands; tags are compared where they were told
    for (Seen event : events) {
      if (event instanceof Seen.Began began) {
        judgeBegin(reader, at, began);
        at = began.position();
        forget(began.reason(), applied, otherLog);
      } else if (event instanceof Seen.Gap gap) {
        at = gap.position();
        forget(gap.reason(), applied, otherLog);
      } else if (event instanceof Seen.OutOfStep push) {
        broken(Promise.IN_STEP, reader + " stood at " + at + " and was pushed " + push.offset());
      } else if (event instanceof Seen.Applied push) {
        at = judgeApplied(reader, at, push, applied, log, otherLog);
      }
    }
    violations.addAll(otherLog);
    List<Kept> kept = history.kept(reader.channel());
    if (!kept.isEmpty()
        && (at == null || at.offset() != kept.get(kept.size() - 1).position().offset())) {
      broken(
          Promise.NOTHING_LOST_AT_THE_END,
          reader + " ends at " + at + ", the log at "
              + kept.get(kept.size() - 1).position());
    }
  }

  /**
   * The log is another one, and its reader has been told: a page loads its state anew and throws
   * away what it had.
   */
  private static void forget(
      @Nullable String reason, Set<String> applied, List<Violation> otherLog) {
    if (OTHER_LOG.contains(reason == null ? "" : reason)) {
      applied.clear();
      otherLog.clear();
    }
  }

  private void judgeBegin(Reader reader, @Nullable Position at, Seen.Began began) {
    boolean told = began.reason() != null;
    if (at == null || told) {
      return;
    }
    boolean same =
        began.position().epoch().equals(at.epoch()) && began.position().offset() == at.offset();
    if (!same) {
      broken(
          Promise.NO_SILENT_GAP,
          reader + " stood at " + at + ", asked for " + began.asked() + " and goes on at "
              + began.position() + " without a word");
    }
  }

  private Position judgeApplied(
      Reader reader,
      @Nullable Position at,
      Seen.Applied push,
      Set<String> applied,
      Map<Long, String> log,
      List<Violation> otherLog) {
    if (!applied.add(push.value())) {
      broken(Promise.APPLIED_ONCE, reader + " applied " + push.value() + " twice");
    }
    if (at == null || push.offset() != at.offset() + 1) {
      broken(Promise.NO_SILENT_GAP, reader + " stood at " + at + " and applied " + push);
    }
    String kept = log.get(push.offset());
    if (kept != null && !kept.equals(push.value())) {
      otherLog.add(new Violation(
          Promise.WHAT_THE_LOG_SAYS,
          reader + " applied " + push.value() + " at " + push.offset() + ", the log has " + kept));
    }
    String epoch = at == null ? "" : at.epoch();
    Position told = push.position();
    if (told != null && at != null && !told.epoch().equals(epoch)) {
      broken(Promise.NO_SILENT_GAP, reader + " stood at " + at + " and was pushed " + told);
    }
    return told != null ? told : new Position(epoch, push.offset(), 0);
  }

  private void judgeSeat(String user, List<String> clients) {
    if (clients.size() != 1) {
      broken(Promise.ONE_LINE_PER_SEAT, user + " has lines of " + clients);
    }
  }
}
