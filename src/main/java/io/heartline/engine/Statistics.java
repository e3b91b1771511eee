package io.heartline.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened since the start. Each figure is a count of its own: read together they need not add
 * up.
 */
public final class Statistics {
  private final LongAdder opened = new LongAdder();
  private final LongAdder published = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder beats = new LongAdder();
  private final Map<Integer, LongAdder> closed = new ConcurrentHashMap<>();

  void lineOpened() {
    opened.increment();
  }

  void published(int count) {
    published.add(count);
  }

  void wrote(Outgoing outgoing) {
    writes.increment();
    if (outgoing.publications() > 0) {
      delivered.add(outgoing.publications());
    }
    if (outgoing.beat()) {
      beats.increment();
    }
  }

  void lineClosed(int code) {
    closed.computeIfAbsent(code, c -> new LongAdder()).increment();
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

  /** Returns how many lines ended, by close code. */
  public Map<Integer, Long> closed() {
    Map<Integer, Long> sums = new TreeMap<>();
    closed.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }
}
