package io.heartline.transport.sockjs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.Timers;
import io.heartline.model.CloseStatus;
import io.heartline.model.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session over HTTP: a line whose client waits for frames in one response after the other, its
 * receivers. At most one of them is attached. A session holds no messages: while no receiver waits
 * it is not {@link #ready}, and the line's writer takes nothing from its cursors.
 *
 * <p>What to do is decided under the lock, and done outside it.
 */
final class SockJsSession implements Connection {
  /** How long the peer of a response has to refuse a first filler, until a second one fails. */
  private static final long ASKING_NANOS = Duration.ofMillis(50).toNanos();

  private static final String ANOTHER = SockJsFrames.close(2010, "Another connection still open");
  private static final String INTERRUPTED = SockJsFrames.close(1002, "Connection interrupted");

  private enum State {
    /** No receiver is attached. The session ends if none comes in time. */
    AWAY,
    /** A receiver waits. A write may begin. */
    LISTENING,
    /** A receiver is attached, and something is being written to it. */
    BUSY,
    /** The session has ended. Until it is forgotten, whoever comes is told how. */
    CLOSED
  }

  private final Timers timers;
  private final TimeSource time;
  private final long timeoutNanos;
  private final int responseBytes;
  private final Consumer<SockJsSession> forget;

  /** Somebody opens its line, or has done so. */
  private final AtomicBoolean claimed = new AtomicBoolean();

  /** Held while the line takes messages, since it takes those of one thread at a time. */
  private final Object receiving = new Object();

  /** Null until the line is open. */
  private volatile @Nullable Line line;

  /** Whether the state is LISTENING: what the line's writer asks, which holds its own lock. */
  private volatile boolean ready;

  @GuardedBy("this")
  private State state = State.AWAY;

  /** Of the page that the session belongs to; null while none was named. */
  @GuardedBy("this")
  private @Nullable String origin;

  /** The client was told that the session is open. */
  @GuardedBy("this")
  private boolean opened;

  /** Not null while LISTENING or BUSY, else null. */
  @GuardedBy("this")
  private @Nullable Receiver receiver;

  /** Bytes of frames that were written to the receiver. */
  @GuardedBy("this")
  private int sent;

  /** A second receiver, which is told whether the first still lives; null if there is none. */
  @GuardedBy("this")
  private @Nullable Receiver asking;

  /** A write that came while the receiver was busy with what is not a write; null if none did. */
  @GuardedBy("this")
  private @Nullable Write pending;

  /** How the session ended, as a frame; null while it lives. */
  @GuardedBy("this")
  private @Nullable String end;

  /** When the session ends for want of a receiver; meaningless unless AWAY. */
  @GuardedBy("this")
  private long due;

  /** Ends or forgets the session; null while neither is due. */
  @GuardedBy("this")
  private Timers.@Nullable Timer timer;

  private record Write(Outgoing outgoing, Done done) {}

  /**
   * @param timeout how long the session lives without a receiver, and how long it is remembered
   *     after its end
   * @param responseBytes after how many bytes a response ends; the client asks for the next
   * @param origin of the page that opens it; null if the browser did not say
   * @param forget called when the session can be forgotten, maybe twice
   */
  SockJsSession(
      Timers timers,
      TimeSource time,
      Duration timeout,
      int responseBytes,
      @Nullable String origin,
      Consumer<SockJsSession> forget) {
    this.timers = timers;
    this.origin = origin;
    this.time = time;
    timeoutNanos = timeout.toNanos();
    this.responseBytes = responseBytes;
    this.forget = forget;
  }

  /** Returns true to the first who asks, who must open its line. */
  boolean claim() {
    return !claimed.getAndSet(true);
  }

  /**
   * Returns whether a request from this origin may use the session: the first that was named, or
   * none. Browsers name no origin in some requests of a server's own pages; those of foreign pages
   * that do not name one were refused before.
   */
  synchronized boolean isOf(@Nullable String origin) {
    if (this.origin == null) {
      this.origin = origin;
    }
    return origin == null || origin.equals(this.origin);
  }

  /** The line is open. Called once. */
  void opened(Line line) {
    this.line = line;
    synchronized (this) {
      if (state == State.AWAY && timer == null) {
        await();
      }
    }
    line.writable(); // a receiver may have come before the session knew its line
  }

  /** A client waits for frames in this response. */
  void attach(Receiver newcomer) {
    Runnable act;
    synchronized (this) {
      act = switch (state) {
        case AWAY -> begin(newcomer);
        case LISTENING -> ask(newcomer);
        case BUSY -> () -> tell(newcomer, ANOTHER);
        case CLOSED -> tellEnd(newcomer);
      };
    }
    act.run();
    heard();
  }

  @GuardedBy("this")
  private Runnable begin(Receiver newcomer) {
    cancelTimer();
    receiver = newcomer;
    sent = 0;
    if (opened) {
      return goOn();
    }
    opened = true;
    set(State.BUSY);
    byte[] open = newcomer.wire().frame().apply(SockJsFrames.OPEN);
    return () -> newcomer.write(open, failure -> wrote(newcomer, open.length, null, failure));
  }

  /** Tells a newcomer how the session ended, and before that, if it is the first, that it began. */
  @GuardedBy("this")
  private Runnable tellEnd(Receiver newcomer) {
    String told = end;
    if (opened || told == null) {
      return () -> tell(newcomer, told == null ? INTERRUPTED : told);
    }
    opened = true;
    byte[] open = newcomer.wire().frame().apply(SockJsFrames.OPEN);
    return () -> {
      newcomer.write(open, failure -> {});
      if (newcomer.wire().polls()) {
        newcomer.close();
      } else {
        tell(newcomer, told);
      }
    };
  }

  /** Writes a last frame. */
  private static void tell(Receiver receiver, String frame) {
    receiver.write(receiver.wire().frame().apply(frame), failure -> {});
    receiver.close();
  }

  /**
   * A second receiver came. The client of the first may be gone, which is seen only when something
   * is written to it: the first such write is refused by the peer's host, the second fails.
   */
  @GuardedBy("this")
  private Runnable ask(Receiver newcomer) {
    Receiver first = receiver;
    asking = newcomer;
    set(State.BUSY);
    if (first == null) {
      throw new IllegalStateException("somebody listens"); // never: see the state
    }
    byte[] filler = first.wire().filler();
    return () -> first.write(filler, failure -> {
      if (failure != null) {
        lost(first);
      } else {
        timers.at(time.nanos() + ASKING_NANOS, () -> askAgain(first));
      }
    });
  }

  private void askAgain(Receiver first) {
    synchronized (this) {
      if (receiver != first) {
        return; // the session ended meanwhile
      }
    }
    first.write(first.wire().filler(), failure -> {
      if (failure != null) {
        lost(first);
      } else {
        answered(first);
      }
    });
  }

  /** The first receiver still lives. */
  private void answered(Receiver first) {
    Receiver second;
    Runnable act;
    synchronized (this) {
      second = asking;
      asking = null;
      act = receiver == first ? goOn() : () -> {};
    }
    if (second != null) {
      tell(second, ANOTHER);
    }
    act.run();
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    Runnable act;
    synchronized (this) {
      if (state == State.CLOSED) {
        act = () -> done.done(ended());
      } else {
        pending = new Write(outgoing, done);
        act = state == State.LISTENING ? goOn() : () -> {};
      }
    }
    act.run();
  }

  /** The receiver is free: begins the write that waits, or lets the next one come. */
  @GuardedBy("this")
  private Runnable goOn() {
    Receiver to = receiver;
    Write next = pending;
    if (to == null || next == null) {
      set(to == null ? State.AWAY : State.LISTENING);
      return this::wake;
    }
    pending = null;
    set(State.BUSY);
    return () -> {
      byte[] bytes = to.wire().bytes(next.outgoing);
      to.write(bytes, failure -> wrote(to, bytes.length, next.done, failure));
    };
  }

  /** A frame was written, or could not be. */
  private void wrote(Receiver to, int bytes, @Nullable Done done, @Nullable Throwable failure) {
    if (failure != null) {
      lost(to);
    }
    boolean full = false;
    Runnable act = () -> {};
    synchronized (this) {
      if (receiver == to) {
        sent += bytes;
        full = to.wire().polls() || sent >= responseBytes;
        if (full) {
          leave();
        } else {
          act = goOn();
        }
      }
    }
    if (full) {
      to.close();
    }
    if (done != null) {
      done.done(failure);
    }
    if (failure == null) {
      heard();
    }
    act.run();
  }

  /** The receiver's response is complete, and the client will come back. */
  @GuardedBy("this")
  private void leave() {
    receiver = null;
    set(State.AWAY);
    await();
  }

  /** The session ends if nobody comes in time. */
  @GuardedBy("this")
  private void await() {
    cancelTimer();
    due = time.nanos() + timeoutNanos;
    timer = timers.judgeAt(due, this::late);
  }

  private void late() {
    synchronized (this) {
      if (state != State.AWAY || time.nanos() - due < 0) {
        return; // somebody came while the deadline was about to run
      }
      end(INTERRUPTED);
    }
    forget.accept(this);
    gone("no request came in time");
  }

  /** The line could not be opened, or nobody has come for it. */
  void refused(CloseStatus status) {
    close(status);
    forget.accept(this);
  }

  /** The client has left this response, or the network has lost it. */
  void lost(Receiver left) {
    Runnable act;
    synchronized (this) {
      if (asking == left) {
        asking = null;
      }
      if (receiver != left) {
        return;
      }
      act = end(INTERRUPTED);
    }
    left.cut();
    act.run();
    gone("the client left");
  }

  private void gone(String why) {
    Line line = this.line;
    if (line != null) {
      line.closed(CloseStatus.LOST, why);
    }
  }

  @Override
  public void close(CloseStatus status) {
    String frame = SockJsFrames.close(status);
    Receiver last;
    Runnable act;
    synchronized (this) {
      last = receiver;
      act = end(frame);
    }
    if (last != null) {
      tell(last, frame);
    }
    act.run();
  }

  @Override
  public void cut(CloseStatus status) {
    Receiver last;
    Runnable act;
    synchronized (this) {
      last = receiver;
      act = end(SockJsFrames.close(status));
    }
    if (last != null) {
      last.cut();
    }
    act.run();
  }

  /**
   * Ends the session, which is forgotten after a while. Has no effect if it has ended.
   *
   * @param frame what whoever comes is told
   * @return what is to be done then, besides ending the receiver's response
   */
  @GuardedBy("this")
  private Runnable end(String frame) {
    if (state == State.CLOSED) {
      return () -> {};
    }
    Receiver second = asking;
    Write failed = pending;
    receiver = null;
    asking = null;
    pending = null;
    end = frame;
    set(State.CLOSED);
    cancelTimer();
    timer = timers.at(time.nanos() + timeoutNanos, () -> forget.accept(this));
    return () -> {
      if (second != null) {
        tell(second, frame);
      }
      if (failed != null) {
        failed.done.done(ended());
      }
    };
  }

  /**
   * The client sent messages.
   *
   * @return whether the session still takes any
   */
  boolean receive(List<String> messages) {
    Line line = this.line;
    synchronized (this) {
      if (state == State.CLOSED) {
        return false;
      }
    }
    if (line == null) {
      return false;
    }
    line.ponged();
    synchronized (receiving) {
      messages.forEach(line::received);
    }
    return true;
  }

  /** Whatever a client does is a sign of life: it does not answer beats. */
  private void heard() {
    Line line = this.line;
    if (line != null) {
      line.ponged();
    }
  }

  private void wake() {
    Line line = this.line;
    if (line != null) {
      line.writable();
    }
  }

  @GuardedBy("this")
  private void set(State next) {
    state = next;
    ready = next == State.LISTENING;
  }

  @GuardedBy("this")
  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private static IOException ended() {
    return new IOException("the session has ended");
  }
}
