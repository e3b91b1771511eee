package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Connection.Done;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A response that keeps what is written to it, and ends each write at once or when told. */
final class RecordingReceiver implements Receiver {
  private final Wire wire;

  /** What has been written, by frame. */
  final List<String> frames = new ArrayList<>();

  /** Ended writes that are not told yet. */
  private final Deque<Done> held = new ArrayDeque<>();

  /** What was written after its end. */
  final List<String> late = new ArrayList<>();

  boolean holding;
  boolean gone;
  boolean closed;
  boolean cut;

  RecordingReceiver(Wire wire) {
    this.wire = wire;
  }

  static RecordingReceiver poll() {
    return new RecordingReceiver(Wire.xhr(new SockJsFrames(1 << 20)));
  }

  static RecordingReceiver stream() {
    return new RecordingReceiver(Wire.streaming(new SockJsFrames(1 << 20)));
  }

  @Override
  public Wire wire() {
    return wire;
  }

  @Override
  public void write(byte[] bytes, Done done) {
    if (closed) {
      late.add(new String(bytes, UTF_8));
    }
    if (!gone) {
      frames.add(new String(bytes, UTF_8));
    }
    if (holding) {
      held.add(done);
    } else {
      tell(done);
    }
  }

  private void tell(Done done) {
    done.done(gone ? new IOException("gone") : null);
  }

  /** Ends the writes that were held. */
  void release() {
    holding = false;
    while (!held.isEmpty()) {
      tell(held.remove());
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void cut() {
    closed = true;
    cut = true;
  }
}
