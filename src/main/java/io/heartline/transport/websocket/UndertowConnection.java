package io.heartline.transport.websocket;

import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes on Undertow (WildFly) and on containers we do not know. Always writes asynchronously: on
 * Undertow a basic send has no timeout at all and costs more. Undertow's queue of frames has no
 * bound, but we never have more than one write in it.
 */
final class UndertowConnection implements Connection {
  private final Session session;
  private final RemoteEndpoint.Async async;

  UndertowConnection(Session session) {
    this.session = session;
    async = session.getAsyncRemote();
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    new AsyncWrite(async, outgoing.texts(), failure -> {
          Throwable problem = failure;
          if (problem == null && !session.isOpen()) { // Undertow reports an aborted send as sent
            problem = new IOException("the connection was closed during the write");
          }
          if (problem == null && outgoing.ping()) {
            problem = ping();
          }
          done.done(problem);
        })
        .run();
  }

  /** Queues a ping behind the data; never blocks. */
  private @Nullable Throwable ping() {
    try {
      async.sendPing(ByteBuffer.allocate(0));
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  @Override
  public void close(CloseStatus status) {
    Closing.close(session, status);
  }

  /** Queues the close behind the current write; never waits for it. */
  @Override
  public void cut(CloseStatus status) {
    Closing.close(session, status);
  }
}
