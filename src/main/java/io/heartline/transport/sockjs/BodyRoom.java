package io.heartline.transport.sockjs;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of all bodies that have not arrived whole. */
public final class BodyRoom {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** @param most bytes that they may take together */
  public BodyRoom(long most) {
    this.most = most;
  }

  /** Takes room; returns whether there was any. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Gives room back. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
