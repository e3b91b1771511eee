package io.heartline.api;

import io.heartline.engine.FaultLog;
import io.heartline.model.Room;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * What all current calls share. Clients that are slow to send or to read block at most
 * {@link #MAY_STAND} of the container's threads, and hold no more memory than is set here.
 */
public final class Calls {
  /**
   * How many threads may block in a read or a write at a time. Allowing a few saves most calls the
   * detour through the container's non-blocking methods, which hardly any call needs.
   */
  private static final int MAY_STAND = 4;

  private final LongSupplier nanos;
  private final Duration bodyTimeout;
  private final Duration standstill;
  private final Room room;
  private final Refused refused;
  private final FaultLog faults;
  private final Semaphore standing = new Semaphore(MAY_STAND);

  /**
   * Told of calls that are refused for want of a key or its scope, of a usable user, of room, or of
   * time.
   */
  @FunctionalInterface
  public interface Refused {
    /** @param answer the body of the answer */
    void refused(HttpServletRequest request, int status, String answer);
  }

  /**
   * @param nanos the clock, in nanoseconds
   * @param bodyTimeout from the start of a request to the last byte of its body
   * @param standstill how long a client may take nothing of its answer
   * @param room for all bodies and answers that wait for their clients, in bytes
   * @param refused called on the thread that answers
   * @param faults is told of what fails and never should
   */
  public Calls(
      LongSupplier nanos,
      Duration bodyTimeout,
      Duration standstill,
      long room,
      Refused refused,
      FaultLog faults) {
    this.nanos = nanos;
    this.bodyTimeout = bodyTimeout;
    this.standstill = standstill;
    this.room = new Room(room);
    this.refused = refused;
    this.faults = faults;
  }

  FaultLog faults() {
    return faults;
  }

  /** A call is about to be answered; tells of it if it is refused for want of a key or of room. */
  void answering(HttpServletRequest request, Reply reply) {
    boolean comeBack = reply.status() == 503 && reply.headers().containsKey("Retry-After");
    if (reply.status() == 401
        || reply.status() == 429
        || comeBack) { // what else is 503 is the answer to a question
      refused.refused(request, reply.status(), reply.json());
    }
  }

  /**
   * A call comes from a user that cannot be used, or with a key that may not do this.
   *
   * @param rule that is broken
   */
  void forbidden(HttpServletRequest request, String rule) {
    refused.refused(request, 403, rule);
  }

  long nanos() {
    return nanos.getAsLong();
  }

  Duration bodyTimeout() {
    return bodyTimeout;
  }

  Duration standstill() {
    return standstill;
  }

  /** Takes room for bytes that wait; returns whether there was any. */
  boolean take(long bytes) {
    return room.take(bytes);
  }

  /** Gives room back. */
  void give(long bytes) {
    room.give(bytes);
  }

  /**
   * Returns whether the calling thread may block in a read or write. If so, call {@link #stood}
   * afterwards.
   */
  boolean mayStand() {
    return standing.tryAcquire();
  }

  void stood() {
    standing.release();
  }
}
