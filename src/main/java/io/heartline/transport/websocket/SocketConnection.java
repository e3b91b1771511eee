package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionState;

/**
 * Writes on Tomcat's socket, by the operation by which Tomcat itself writes: it takes the semaphore
 * of the socket, so whole frames of ours and Tomcat's pongs and closes follow each other. Unlike
 * Tomcat's API it never holds its thread while the peer's socket is full, takes frames that lines
 * share, and costs a third of the time.
 *
 * <p>What the API does better is left to it: long messages in parts, and closes.
 */
final class SocketConnection implements Connection, CompletionHandler<Long, Connection.Done> {
  /** So that a write that waits keeps no more than that; what is longer goes through the API. */
  private static final int LONGEST = 64 * 1024;

  private final Session session;
  private final SocketWrapperBase<?> socket;
  private final TomcatConnection api;
  private final Frames frames;
  private final long writeMillis;

  /** Writes that waited less those that ended: one may end before its writer has seen it wait. */
  @GuardedBy("this")
  private int waiting;

  private SocketConnection(
      Session session,
      SocketWrapperBase<?> socket,
      TomcatConnection api,
      Frames frames,
      Duration writeTimeout) {
    this.session = session;
    this.socket = socket;
    this.api = api;
    this.frames = frames;
    writeMillis = writeTimeout.toMillis(); // begins anew whenever some of it was written
  }

  /**
   * Returns what writes on the session that this thread is opening, by its socket if it can be
   * reached.
   */
  static Connection open(
      Session session, TomcatConnection api, Frames frames, Duration writeTimeout) {
    SocketWrapperBase<?> socket = SocketUpgrade.opening();
    return socket != null
            && socket.hasAsyncIO() // else Tomcat does not take the semaphore
            && session.getNegotiatedExtensions().isEmpty() // they would change frames
        ? new SocketConnection(session, socket, api, frames, writeTimeout)
        : api;
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    if (!session.isOpen() || outgoing.chars() > LONGEST) {
      api.write(outgoing, mode, done);
      return;
    }
    ByteBuffer[] buffers = buffers(outgoing);
    CompletionState state;
    try {
      state = socket.write(
          buffers,
          0,
          buffers.length,
          BlockingMode.SEMI_BLOCK, // waits for Tomcat's own frames, not for the peer
          writeMillis,
          TimeUnit.MILLISECONDS,
          done,
          SocketWrapperBase.COMPLETE_WRITE, // calls back only if it was not done at once
          this);
    } catch (RuntimeException e) {
      done.done(e);
      return;
    }
    if (state == CompletionState.INLINE) {
      done.done(null);
    } else {
      began();
    }
  }

  private ByteBuffer[] buffers(Outgoing outgoing) {
    if (!outgoing.ping()) {
      return new ByteBuffer[] {frames.of(outgoing.texts())};
    }
    return outgoing.texts().isEmpty()
        ? new ByteBuffer[] {Frames.ping()}
        : new ByteBuffer[] {frames.of(outgoing.texts()), Frames.ping()};
  }

  /** A write waits for the peer. Tomcat's pongs wait behind it, and must not give up too early. */
  private synchronized void began() {
    if (++waiting == 1) {
      api.pongsWait(true);
    }
  }

  private synchronized void ended() {
    if (--waiting == 0) {
      api.pongsWait(false);
    }
  }

  @Override
  public void completed(Long bytes, Done done) {
    ended();
    done.done(null);
  }

  @Override
  public void failed(Throwable failure, Done done) {
    ended();
    done.done(failure);
  }

  @Override
  public void close(CloseStatus status) {
    api.close(status);
  }

  @Override
  public void cut(CloseStatus status) {
    api.cut(status);
  }
}
