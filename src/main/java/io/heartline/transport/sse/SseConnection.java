package io.heartline.transport.sse;

import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import io.heartline.transport.http.ResponsePump;
import java.util.ArrayList;
import java.util.List;

/** A line that travels as an event stream, in one response that ends when the line does. */
final class SseConnection implements Connection {
  private final ResponsePump pump;
  private final Events events;

  /**
   * Sent ahead of the first write; empty after it. Needs no guard, since there is only one write at
   * a time, see {@link Connection}.
   */
  private List<byte[]> opening;

  /** @param opening the first bytes of the stream, ahead of the first event */
  SseConnection(ResponsePump pump, Events events, byte[] opening) {
    this.pump = pump;
    this.events = events;
    this.opening = List.of(opening);
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    List<byte[]> bytes = new ArrayList<>(3);
    bytes.addAll(opening);
    opening = List.of();
    events.add(outgoing, bytes);
    pump.write(bytes, done);
  }

  /** A stream has no close code, so the pages were told before, in a text. */
  @Override
  public void close(CloseStatus status) {
    pump.close();
  }

  @Override
  public void cut(CloseStatus status) {
    pump.cut();
  }
}
