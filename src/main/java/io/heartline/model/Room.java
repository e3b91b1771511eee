package io.heartline.model;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of what waits for clients, all together. Thread-safe. */
public final class Room {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** @param most bytes that may be taken together */
  public Room(long most) {
    this.most = most;
  }

  /** Takes room for bytes that wait; returns whether there was any. */
  public boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= most) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Gives room back. */
  public void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
