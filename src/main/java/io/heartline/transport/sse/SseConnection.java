package io.heartline.transport.sse;

import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import io.heartline.transport.http.ResponsePump;
import java.util.ArrayList;
import java.util.List;

/** A line that travels as an event stream in one response, which ends when the line does. */
final class SseConnection implements Connection {
  private final ResponsePump pump;
  private final Events events;

  /** Comes before the first write; empty after it. Writes follow each other, see the port. */
  private List<byte[]> opening;

  /** @param opening what the stream begins with */
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

  /** A stream has no close code: pages were told before, in a text. */
  @Override
  public void close(CloseStatus status) {
    pump.close();
  }

  @Override
  public void cut(CloseStatus status) {
    pump.cut();
  }
}
