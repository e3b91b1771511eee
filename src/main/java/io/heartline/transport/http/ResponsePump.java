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
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes to one HTTP response as far as the socket takes them; the container calls when it
 * takes more. A write is done when the container no longer holds any of it, so a response has at
 * most one write in memory, and no write holds a thread.
 *
 * <p>The response's stream is used under the lock, and only there. Nothing blocks in it, and once
 * the container has told us that the response is over, no thread of ours is left in a stream which
 * it will use again for the next request. All else happens outside the lock: completing the
 * response, and telling whoever waits.
 */
public final class ResponsePump {
  private static final Logger LOG = System.getLogger(ResponsePump.class.getName());

  /**
   * The most that the container is given at a time, in bytes: it copies what the socket does not
   * take, and a stalled peer is found by parts that make no progress.
   */
  private static final int PART = 8 * 1024;

  private enum State {
    /** The container has not called for the first time and takes nothing yet; a write waits. */
    NEW,
    /** Nothing is to be written; the container takes what comes. */
    READY,
    /** A write is under way, and the container will call when it takes more of it. */
    FULL,
    /** Cut during a write. It is completed when the container calls: what it held is through. */
    LEFT,
    /** Nothing may be asked of the container any more. */
    OVER
  }

  private final AsyncContext context;

  @GuardedBy("this")
  private final ServletOutputStream out;

  @GuardedBy("this")
  private State state = State.NEW;

  /** What is still to be written, in order; empty if there is no write or only its flush is due. */
  @GuardedBy("this")
  private final Deque<byte[]> unwritten = new ArrayDeque<>(2);

  /** How much of the first of them was written. */
  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private boolean flushed;

  /** Told when the write is done; null if none is under way. */
  @GuardedBy("this")
  private @Nullable Done done;

  /** The response ends after the write that is under way. */
  @GuardedBy("this")
  private boolean closing;

  /** Told if the response ends and nobody has closed or cut it; null until somebody listens. */
  @GuardedBy("this")
  private @Nullable Runnable lost;

  /** @param context of the response; it must not time out before it is closed */
  public ResponsePump(AsyncContext context, ServletOutputStream out) {
    this.context = context;
    this.out = out;
  }

  /**
   * Has the container call when it takes the first bytes. Does nothing if closed or cut before.
   *
   * @param lost run once if the response ends and nobody has closed or cut it
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
    } catch (IllegalStateException e) { // it ended in between
      broken(true);
    }
  }

  private synchronized void listen() {
    if (state == State.NEW) {
      out.setWriteListener(new Room());
    }
  }

  /**
   * Writes all of these, one after the other, and flushes. Only after the write before is done.
   *
   * @param bytes at least one; the arrays are not changed, neither here nor by anybody else until
   *     the write is done
   * @param done told once, on any thread; also of a failure
   */
  public void write(List<byte[]> bytes, Done done) {
    Outcome outcome;
    synchronized (this) {
      outcome = switch (state) {
        case NEW -> {
          take(bytes, done);
          yield Outcome.NOTHING;
        }
        case READY -> {
          take(bytes, done);
          yield push();
        }
        case FULL -> throw new IllegalStateException("the write before is not done");
        case LEFT, OVER -> new Outcome(done, ended(), null, false);
      };
    }
    act(outcome);
  }

  @GuardedBy("this")
  private void take(List<byte[]> bytes, Done done) {
    if (this.done != null) {
      throw new IllegalStateException("the write before is not done");
    }
    int size = 0;
    for (byte[] array : bytes) {
      size += array.length;
    }
    if (size <= PART && bytes.size() > 1) {
      unwritten.add(joined(bytes, size)); // each call of a container may become a system call
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
   * Ends the response: after the write under way if there is one, else at once. Does nothing if it
   * has ended.
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
   * Ends the response without waiting for the write under way, which fails. If the container still
   * holds a part of it, completing would make Tomcat hold a thread until that part is through. So
   * the response is left to the container, which gives it up after its own write timeout.
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

  /** The container, or the peer, has ended it. */
  private void broken(boolean complete) {
    Outcome outcome;
    synchronized (this) {
      outcome = end(closing ? null : lost, complete);
    }
    act(outcome);
  }

  /** The container takes more. */
  private void called() {
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

  /** Hands over as much of a write as the container takes. */
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

  /** No write is under way any more. */
  @GuardedBy("this")
  private Outcome through(@Nullable Throwable failure) {
    state = closing ? State.OVER : State.READY;
    return new Outcome(takeDone(), failure, null, closing);
  }

  /** Ends once; a write that is under way fails. */
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
    try {
      context.complete();
    } catch (RuntimeException e) { // the container was faster
      LOG.log(Level.DEBUG, () -> "could not be completed: " + e);
    }
  }

  /**
   * What is to be done outside the lock.
   *
   * @param done to be told, with {@code failure}; null if nobody is
   * @param failure null if the write went well
   * @param lost to be run; null if nothing is
   * @param complete whether the response is to be completed
   */
  private record Outcome(
      @Nullable Done done,
      @Nullable Throwable failure,
      @Nullable Runnable lost,
      boolean complete) {
    static final Outcome NOTHING = new Outcome(null, null, null, false);
  }

  /** The socket takes more, or never again. */
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

  /** How the container ends it. */
  private final class Ends implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      broken(false);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      broken(true); // there is none
    }

    @Override
    public void onError(AsyncEvent event) {
      broken(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
