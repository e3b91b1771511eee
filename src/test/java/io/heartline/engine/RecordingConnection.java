package io.heartline.engine;

import io.heartline.model.CloseStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Keeps what is written; a write ends at once, unless it was told to stick. Fails on two writes at
 * a time.
 */
final class RecordingConnection implements Connection {
  private final Deque<String> texts = new ArrayDeque<>();
  final List<Outgoing> writes = new ArrayList<>();
  final List<Mode> modes = new ArrayList<>();
  int pings;
  boolean sticks;
  CloseStatus closed;
  Done stuck;

  /** Whether it may be written by a walk, and whether it cannot be just now. */
  boolean quick;

  boolean refuses;

  /** The client is away between two requests for what it is sent. */
  boolean away;

  /** Happens when a write that a walk has begun is done. */
  Runnable whenBegun = () -> {};

  /** Thrown by the next writes, if it is not null, and nothing is written. */
  Error breaks;

  /** Thrown by a close and by a cut, if it is not null. */
  Error breaksAtEnd;

  /** Happens while the connection is being cut. */
  Runnable whenCut = () -> {};

  @Override
  public boolean ready() {
    return !away;
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    modes.add(mode);
    write(outgoing, done);
  }

  @Override
  public boolean quick() {
    return quick;
  }

  @Override
  public boolean tryWrite(Outgoing outgoing, Done done) {
    if (!quick) {
      throw new AssertionError("nothing can be begun here");
    }
    if (refuses) {
      return false;
    }
    write(outgoing, done);
    whenBegun.run();
    return true;
  }

  private void write(Outgoing outgoing, Done done) {
    if (stuck != null) {
      throw new AssertionError("a second write while one is under way");
    }
    if (breaks != null) {
      throw breaks;
    }
    writes.add(outgoing);
    texts.addAll(outgoing.texts());
    pings += outgoing.ping() ? 1 : 0;
    if (sticks) {
      stuck = done;
    } else {
      done.done(null);
    }
  }

  /** The peer reads again. */
  void unstick() {
    sticks = false;
    Done done = stuck;
    stuck = null;
    done.done(null);
  }

  @Override
  public void cut(CloseStatus status) {
    close(status);
    whenCut.run();
  }

  @Override
  public void close(CloseStatus status) {
    if (closed == null) {
      closed = status;
    }
    if (breaksAtEnd != null) {
      throw breaksAtEnd;
    }
  }

  /** Returns the next text that nobody looked at yet. */
  String next() {
    return texts.isEmpty() ? "(nothing)" : texts.remove();
  }

  /** Returns all objects or texts that nobody looked at yet, one each. */
  List<String> rest() {
    List<String> rest = texts.stream().flatMap(String::lines).toList();
    texts.clear();
    return rest;
  }
}
