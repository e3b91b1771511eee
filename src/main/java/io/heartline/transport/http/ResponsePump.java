package io.heartline.transport.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection.Done;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes to one HTTP response without blocking. It writes as much as the socket takes; the
 * container calls back when there is room for more. A write is done once the container no longer
 * holds any of it. So a response has at most one write in memory, and no write holds a thread.
 *
 * <p>The response's stream is used only under the lock. Nothing blocks in it. Once the container
 * has told us that the response is over, no thread of ours is still inside the stream, which the
 * container reuses for the next request. Everything else happens outside the lock: completing the
 * response, and calling back whoever waits.
 */
public final class ResponsePump {
  private static final Logger LOG = System.getLogger(ResponsePump.class.getName());

  /**
   * The most we hand to the container at a time, in bytes. It copies what the socket does not take.
   * A peer counts as stalled when a part makes no progress.
   */
  private static final int PART = 8 * 1024;

  private enum State {
    /** The container has not called us yet and takes nothing. A write waits. */
    NEW,
    /** There is nothing to write. The container takes what comes. */
    READY,
    /** A write is under way: we wait for our turn, or for the container to take more. */
    FULL,
    /**
     * Cut during a write. The container's next call means that the part it held is sent; then we
     * complete the response.
     */
    LEFT,
    /** The response is over; the container must not be called any more. */
    OVER
  }

  private final AsyncContext context;
  private final Executor thread;

  @GuardedBy("this")
  private final ServletOutputStream out;

  /** The container has called us, so the request that began the response has returned to it. */
  private volatile boolean begun;

  @GuardedBy("this")
  private State state = State.NEW;

  /** What is left to write, in order. Empty if there is no write or only its flush is left. */
  @GuardedBy("this")
  private final Deque<byte[]> unwritten = new ArrayDeque<>(2);

  /** How many bytes of the first array have been written. */
  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private boolean flushed;

  /** Called when the write is done; null if none is under way. */
  @GuardedBy("this")
  private @Nullable Done done;

  /** The response ends after the write that is under way. */
  @GuardedBy("this")
  private boolean closing;

  /** Run if the response ends without being closed or cut; null until {@link #start}. */
  @GuardedBy("this")
  private @Nullable Runnable lost;

  /** @param context of the response; must not time out before the response is closed */
  public ResponsePump(AsyncContext context, ServletOutputStream out) {
    this(context, out, Undertow.thread(context));
  }

  /** @param thread where the response is written to and completed */
  ResponsePump(AsyncContext context, ServletOutputStream out, Executor thread) {
    this.context = context;
    this.thread = thread;
    this.out = out;
  }

  /**
   * Asks the container to call when it takes the first bytes. Does nothing if already closed or
   * cut.
   *
   * @param lost run once if the response ends without being closed or cut
   */
  public void start(Runnable lost) {
    synchronized (this) {
      if (state == State.OVER) {
        return;
      }
      this.lost = lost;
    }
    try {
      context.addListener(new Ends());
      listen();
    } catch (IllegalStateException e) { // the response ended meanwhile
      broken(true);
    }
  }

  private synchronized void listen() {
    if (state == State.NEW) {
      out.setWriteListener(new Room());
    }
  }

  /**
   * Writes all the arrays in order, then flushes. Call only after the previous write is done.
   *
   * @param bytes at least one array; nobody may change them until the write is done
   * @param done called once, on any thread, also on failure
   */
  public void write(List<byte[]> bytes, Done done) {
    State before;
    synchronized (this) {
      before = state;
      switch (before) {
        case NEW -> take(bytes, done);
        case READY -> {
          take(bytes, done);
          state = State.FULL;
        }
        case FULL -> throw new IllegalStateException("the previous write is not done");
        case LEFT, OVER -> {}
      }
    }
    switch (before) {
      case READY -> begin();
      case LEFT, OVER -> done.done(ended());
      case NEW, FULL -> {}
    }
  }

  private void begin() {
    try {
      thread.execute(this::called);
    } catch (RejectedExecutionException e) { // the container stops
      broken(true);
    }
  }

  @GuardedBy("this")
  private void take(List<byte[]> bytes, Done done) {
    if (this.done != null) {
      throw new IllegalStateException("the previous write is not done");
    }
    int size = 0;
    for (byte[] array : bytes) {
      size += array.length;
    }
    if (size <= PART && bytes.size() > 1) {
      unwritten.add(joined(bytes, size)); // each call to a container may become a system call
    } else {
      unwritten.addAll(bytes);
    }
    written = 0;
    flushed = false;
    this.done = done;
  }

  private static byte[] joined(List<byte[]> bytes, int size) {
    byte[] joined = new byte[size];
    int at = 0;
    for (byte[] array : bytes) {
      System.arraycopy(array, 0, joined, at, array.length);
      at += array.length;
    }
    return joined;
  }

  /**
   * Ends the response: after the current write if there is one, else at once. Does nothing if it
   * has already ended.
   */
  public void close() {
    Outcome outcome;
    synchronized (this) {
      closing = true;
      outcome = done == null ? end(null, true) : Outcome.NOTHING;
    }
    act(outcome);
  }

  /**
   * Ends the response without waiting for the current write, which fails. If the container still
   * holds a part of that write, completing the response would make Tomcat hold a thread until the
   * part is sent. So we leave the response to the container, which gives it up after its own write
   * timeout.
   */
  public void cut() {
    Outcome outcome;
    synchronized (this) {
      closing = true;
      if (state == State.FULL) {
        state = State.LEFT;
        outcome = new Outcome(takeDone(), ended(), null, false);
      } else {
        outcome = state == State.LEFT ? Outcome.NOTHING : end(null, true);
      }
    }
    act(outcome);
  }

  /** The container or the peer has ended the response. */
  private void broken(boolean complete) {
    Outcome outcome;
    synchronized (this) {
      outcome = end(closing ? null : lost, complete);
    }
    act(outcome);
  }

  /** The container calls because it takes more, or it is our turn on its thread. */
  private void called() {
    begun = true;
    Outcome outcome;
    synchronized (this) {
      outcome = switch (state) {
        case NEW, FULL -> done == null ? through(null) : push();
        case LEFT -> end(null, true);
        case READY, OVER -> Outcome.NOTHING;
      };
    }
    act(outcome);
  }

  /** Hands the container as much of the write as it takes. */
  @GuardedBy("this")
  private Outcome push() {
    state = State.FULL;
    try {
      while (out.isReady()) {
        byte[] first = unwritten.peek();
        if (first != null) {
          push(first);
        } else if (!flushed) {
          out.flush();
          flushed = true;
        } else {
          return through(null);
        }
      }
    } catch (IOException | RuntimeException e) {
      return through(e);
    }
    return Outcome.NOTHING;
  }

  @GuardedBy("this")
  private void push(byte[] first) throws IOException {
    int part = Math.min(PART, first.length - written);
    out.write(first, written, part);
    written += part;
    if (written == first.length) {
      unwritten.remove();
      written = 0;
    }
  }

  /** The write is over; no write is under way now. */
  @GuardedBy("this")
  private Outcome through(@Nullable Throwable failure) {
    if (state == State.OVER) { // the container reported the failure before it threw it
      return Outcome.NOTHING;
    }
    state = closing ? State.OVER : State.READY;
    return new Outcome(takeDone(), failure, null, closing);
  }

  /** Ends the response, once. A write under way fails. */
  @GuardedBy("this")
  private Outcome end(@Nullable Runnable told, boolean complete) {
    if (state == State.OVER) {
      return Outcome.NOTHING;
    }
    state = State.OVER;
    return new Outcome(takeDone(), ended(), told, complete);
  }

  @GuardedBy("this")
  private @Nullable Done takeDone() {
    Done taken = done;
    done = null;
    unwritten.clear();
    return taken;
  }

  private static IOException ended() {
    return new IOException("the stream has ended");
  }

  private void act(Outcome outcome) {
    if (outcome.complete) {
      complete();
    }
    if (outcome.done != null) {
      outcome.done.done(outcome.failure);
    }
    if (outcome.lost != null) {
      outcome.lost.run();
    }
  }

  private void complete() {
    if (begun) {
      try {
        thread.execute(this::completeHere);
      } catch (RejectedExecutionException e) { // the container stops
        completeHere();
      }
    } else {
      completeHere(); // Undertow makes this wait for the request's return, elsewhere it would not
    }
  }

  private void completeHere() {
    try {
      context.complete();
    } catch (RuntimeException e) { // the container had already completed it
      LOG.log(Level.DEBUG, () -> "could not complete the response: " + e);
    }
  }

  /**
   * What remains to be done outside the lock.
   *
   * @param done called with {@code failure}; null if there is nobody to call
   * @param failure null if the write succeeded
   * @param lost to run; null if there is nothing to run
   * @param complete whether to complete the response
   */
  private record Outcome(
      @Nullable Done done,
      @Nullable Throwable failure,
      @Nullable Runnable lost,
      boolean complete) {
    static final Outcome NOTHING = new Outcome(null, null, null, false);
  }

  /** Hears from the container that the socket takes more, or is broken. */
  private final class Room implements WriteListener {
    @Override
    public void onWritePossible() {
      called();
    }

    @Override
    public void onError(Throwable failure) {
      LOG.log(Level.DEBUG, () -> "the stream broke: " + failure);
      broken(true);
    }
  }

  /** Hears from the container how the response ended. */
  private final class Ends implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      broken(false);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      broken(true); // never called: no timeout is set
    }

    @Override
    public void onError(AsyncEvent event) {
      broken(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
