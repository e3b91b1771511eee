package io.heartline.model;

/** Where time comes from. It is passed to whatever needs it, so that tests can move it. */
public interface TimeSource {
  /** Returns nanoseconds since an arbitrary origin, never going back: for intervals. */
  long nanos();

  /** Returns microseconds since 1970 by the wall clock, which may jump: for what users see. */
  long epochMicros();
}
