package io.heartline.transport.sse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event stream as far as the socket takes it; the container calls when it takes more. A
 * write is done when the container holds none of it any more, so a line has at most one write in
 * memory, and none of them holds a thread.
 */
final class SseConnection implements Connection {
  private static final Logger LOG = System.getLogger(SseConnection.class.getName());

  /** Abnormal: the client, or what stands between, is gone. */
  private static final int LOST = 1006;

  /**
   * Given to the container at a time: it copies what the socket does not take, and a stalled peer
   * is found by parts that make no progress.
   */
  private static final int PART = 8 * 1024;

  private final AsyncContext context;
  private final ServletOutputStream out;

  /** Stands before the first write; empty after it. */
  @GuardedBy("this")
  private String opening;

  /** What is to be written; null if nothing is. */
  @GuardedBy("this")
  private byte @Nullable [] bytes;

  @GuardedBy("this")
  private int written;

  @GuardedBy("this")
  private boolean flushed;

  /** Who is told when all of it is written. */
  @GuardedBy("this")
  private @Nullable Done done;

  /** The container has called for the first time: before that it takes no writes. */
  @GuardedBy("this")
  private boolean begun;

  /** Nothing may be asked of the container any more. */
  @GuardedBy("this")
  private boolean over;

  /** Told once, by which code it ended; null until somebody wants to know. */
  @GuardedBy("this")
  private @Nullable IntConsumer ended;

  /** @param opening what the stream begins with */
  SseConnection(AsyncContext context, ServletOutputStream out, String opening) {
    this.context = context;
    this.out = out;
    this.opening = opening;
  }

  /**
   * Has the container call when it takes the first write.
   *
   * @param ended told once how it ended, by a close code
   */
  void begin(IntConsumer ended) {
    boolean endedBefore;
    synchronized (this) {
      endedBefore = over;
      this.ended = over ? null : ended;
    }
    if (endedBefore) {
      ended.accept(LOST);
      return;
    }
    try {
      context.addListener(new Ends());
      out.setWriteListener(new Room());
    } catch (IllegalStateException e) { // it ended meanwhile
      end(LOST, true);
    }
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    synchronized (this) {
      if (!over) {
        bytes = Events.of(opening, outgoing);
        opening = "";
        written = 0;
        flushed = false;
        this.done = done;
        if (!begun) {
          return;
        }
      }
    }
    proceed(done);
  }

  /** @param refused told if there is nothing to write to; null if nobody asked for a write */
  private void proceed(@Nullable Done refused) {
    Done told;
    Throwable failure = null;
    synchronized (this) {
      if (over) {
        told = refused;
        failure = new IOException("the stream has ended");
      } else {
        try {
          told = push() ? take() : null;
        } catch (IOException | RuntimeException e) {
          told = take();
          failure = e;
        }
      }
    }
    if (told != null) {
      told.done(failure);
    }
  }

  /** Returns whether a write that was under way is done. */
  @GuardedBy("this")
  private boolean push() throws IOException {
    byte[] bytes = this.bytes;
    while (bytes != null && out.isReady()) {
      if (written < bytes.length) {
        int part = Math.min(PART, bytes.length - written);
        out.write(bytes, written, part);
        written += part;
      } else if (!flushed) {
        out.flush();
        flushed = true;
      } else {
        return true;
      }
    }
    return false;
  }

  @GuardedBy("this")
  private @Nullable Done take() {
    Done taken = done;
    bytes = null;
    done = null;
    return taken;
  }

  @Override
  public void close(CloseStatus status) {
    end(status.code(), true);
  }

  /**
   * Where a write stands, completing would have Tomcat hold a thread until that write is through:
   * the stream is left to the container then, which gives it up after its own write timeout.
   */
  @Override
  public void cut(CloseStatus status) {
    boolean stands;
    synchronized (this) {
      stands = bytes != null;
    }
    end(status.code(), !stands);
  }

  /** Ends once. */
  private void end(int code, boolean complete) {
    Done left;
    IntConsumer told;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      left = take();
      told = ended;
      ended = null;
    }
    if (complete) {
      complete();
    }
    if (left != null) {
      left.done(new IOException("the stream has ended"));
    }
    if (told != null) {
      told.accept(code);
    }
  }

  private void complete() {
    try {
      context.complete();
    } catch (RuntimeException e) { // the container was faster
      LOG.log(Level.DEBUG, () -> "could not be completed: " + e);
    }
  }

  /** The socket takes more, or never again. */
  private final class Room implements WriteListener {
    @Override
    public void onWritePossible() {
      boolean leftOver;
      synchronized (SseConnection.this) {
        begun = true;
        leftOver = over;
      }
      if (leftOver) { // it was cut while a write stood, and that is through now
        complete();
      } else {
        proceed(null);
      }
    }

    @Override
    public void onError(Throwable failure) {
      LOG.log(Level.DEBUG, () -> "the stream broke: " + failure);
      end(LOST, false);
      complete();
    }
  }

  /** How the container ends it. */
  private final class Ends implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      end(LOST, false);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      end(LOST, true); // there is none
    }

    @Override
    public void onError(AsyncEvent event) {
      end(LOST, false);
      complete();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
