package io.heartline.engine;

import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happened since the start. Each figure is counted by itself, so together they need not
 * add up.
 */
public final class Statistics implements LineEvents {
  private final LongAdder opened = new LongAdder();
  private final LongAdder published = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder beats = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder slow = new LongAdder();
  private final LongAdder held = new LongAdder();
  private final Map<String, LongAdder> turnedAway = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> closed = new ConcurrentHashMap<>();
  private final Map<CloseCause, LongAdder> causes = new ConcurrentHashMap<>();

  @Override
  public void opened(Line line) {
    opened.increment();
  }

  @Override
  public void refused(Line line, String code, @Nullable String about) {
    refused.increment();
  }

  void published(int count) {
    published.add(count);
  }

  @Override
  public void written(Line line, Outgoing outgoing) {
    writes.increment();
    if (outgoing.publications() > 0) {
      delivered.add(outgoing.publications());
    }
    if (outgoing.beat()) {
      beats.increment();
    }
  }

  @Override
  public void slow(Line line) {
    slow.increment();
  }

  @Override
  public void held(Line line) {
    held.increment();
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    closed.computeIfAbsent(code, c -> new LongAdder()).increment();
    if (status != null) {
      causes.computeIfAbsent(status.cause(), c -> new LongAdder()).increment();
    }
  }

  /** Somebody was turned away for a limit, which one word names. */
  public void turnedAway(String limit) {
    turnedAway.computeIfAbsent(limit, fresh -> new LongAdder()).increment();
  }

  /** Returns how many were turned away, by the limit. */
  public Map<String, Long> turnedAway() {
    Map<String, Long> sums = new TreeMap<>();
    turnedAway.forEach((limit, count) -> sums.put(limit, count.sum()));
    return sums;
  }

  /** Returns how many lines were let in. */
  public long opened() {
    return opened.sum();
  }

  /** Returns how many publications were taken: one per channel; repeats of an id count too. */
  public long published() {
    return published.sum();
  }

  /** Returns how many publications were handed to the network: one per channel and line. */
  public long delivered() {
    return delivered.sum();
  }

  /**
   * Returns how many writes there were; a write carries everything a line has to be told at that
   * moment.
   */
  public long writes() {
    return writes.sum();
  }

  /** Returns how many beats were sent, in text or as pings. */
  public long beats() {
    return beats.sum();
  }

  /** Returns how many commands of clients were refused. */
  public long refused() {
    return refused.sum();
  }

  /**
   * Returns how often a line became slow: its write met a full socket, and the one before had not.
   */
  public long slow() {
    return slow.sum();
  }

  /**
   * Returns how often a line had to wait before it got more of what was published before it
   * subscribed.
   */
  public long held() {
    return held.sum();
  }

  /**
   * Returns how many lines we closed, by the word of the cause, since several causes share a code.
   */
  public Map<String, Long> causes() {
    Map<String, Long> sums = new TreeMap<>();
    causes.forEach((cause, count) -> sums.put(cause.word(), count.sum()));
    return sums;
  }

  /** Returns how many lines ended, by close code. */
  public Map<Integer, Long> closed() {
    Map<Integer, Long> sums = new TreeMap<>();
    closed.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }
}
