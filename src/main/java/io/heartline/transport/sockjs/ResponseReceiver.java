package io.heartline.transport.sockjs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection.Done;
import io.heartline.transport.http.ResponsePump;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response of the container, in whose first bytes some browsers want a prelude. */
final class ResponseReceiver implements Receiver {
  private final Wire wire;
  private final ResponsePump pump;

  /** What waits for the write under way: a few frames at most. */
  @GuardedBy("this")
  private final Deque<Part> waiting = new ArrayDeque<>(2);

  /** A write is under way. */
  @GuardedBy("this")
  private boolean busy;

  /** The response ends after what waits. */
  @GuardedBy("this")
  private boolean closing;

  private record Part(byte[] bytes, Done done) {}

  ResponseReceiver(Wire wire, ResponsePump pump) {
    this.wire = wire;
    this.pump = pump;
    if (wire.prelude().length > 0) {
      write(wire.prelude(), failure -> {}); // by itself, so that it is a chunk of its own
    }
  }

  @Override
  public Wire wire() {
    return wire;
  }

  @Override
  public void write(byte[] bytes, Done done) {
    Part part = new Part(bytes, done);
    synchronized (this) {
      if (busy) {
        waiting.add(part);
        return;
      }
      busy = true;
    }
    begin(part);
  }

  private void begin(Part part) {
    pump.write(List.of(part.bytes), failure -> wrote(part, failure));
  }

  private void wrote(Part part, @Nullable Throwable failure) {
    Part next;
    boolean close;
    synchronized (this) {
      next = waiting.poll();
      busy = next != null;
      close = closing && next == null;
    }
    if (close) {
      pump.close();
    }
    part.done.done(failure);
    if (next != null) {
      begin(next); // after a failure the pump fails it too
    }
  }

  @Override
  public void close() {
    boolean now;
    synchronized (this) {
      closing = true;
      now = !busy;
    }
    if (now) {
      pump.close();
    }
  }

  @Override
  public void cut() {
    pump.cut();
  }
}
