package io.heartline.transport.websocket;

import io.heartline.engine.Connection;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionState;

/**
 * Writes on Tomcat's socket, by the operation by which Tomcat itself writes there. Unlike Tomcat's
 * API it never holds its thread while the peer's socket is full, encodes nothing that another line
 * has encoded, and touches less memory, which is most of what a line costs when it was quiet.
 *
 * <p>Tomcat writes on the same socket: pongs and closes. Whole frames follow each other, since both
 * sides take the semaphore of that operation. Where it is taken we leave the write to the API,
 * which waits its turn. Nothing of ours follows a close: Tomcat answers that of a client under the
 * lock of the socket, which a write of ours has while it begins, and after our own nothing is begun
 * here.
 *
 * <p>What is too long to be sure to be shared is left to the API too, which sends it in parts: a
 * write that waits for its peer keeps its frames until then. And so are closes.
 */
final class SocketConnection implements Connection, CompletionHandler<Long, Connection.Done> {
  private final Session session;
  private final SocketWrapperBase<?> socket;
  private final Lock lock;
  private final TomcatConnection api;
  private final Frames frames;

  /** A close of ours has begun. */
  private volatile boolean closing;

  SocketConnection(
      Session session, SocketWrapperBase<?> socket, TomcatConnection api, Frames frames) {
    this.session = session;
    this.socket = socket;
    lock = TomcatSockets.lock(socket);
    this.api = api;
    this.frames = frames;
  }

  /**
   * Returns what writes on the session that this thread is opening: on its socket if that can be
   * reached.
   */
  static Connection open(Session session, TomcatConnection api, Frames frames) {
    SocketWrapperBase<?> socket = SocketUpgrade.opening();
    return socket != null
            && socket.hasAsyncIO() // else Tomcat does not take the semaphore
            && session.getNegotiatedExtensions().isEmpty() // they would change frames
        ? new SocketConnection(session, socket, api, frames)
        : api;
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    if (!tryWrite(outgoing, done)) {
      api.write(outgoing, mode, done);
    }
  }

  @Override
  public boolean quick() {
    return true;
  }

  @Override
  public boolean tryWrite(Outgoing outgoing, Done done) {
    if (outgoing.chars() > frames.longest()
        || !lock.tryLock()) { // Tomcat reads, and may meet a close
      return false;
    }
    CompletionState state;
    try {
      if (closing || !session.isOpen()) {
        return false; // the API says what is wrong
      }
      state = write(buffers(outgoing), done);
      if (state != CompletionState.INLINE && state != CompletionState.NOT_DONE) {
        api.waits(); // before Tomcat can read a ping
      }
    } catch (RuntimeException e) {
      done.done(e);
      return true;
    } finally {
      lock.unlock();
    }
    if (state == CompletionState.INLINE) {
      done.done(null);
    }
    return state != CompletionState.NOT_DONE;
  }

  private CompletionState write(ByteBuffer[] buffers, Done done) {
    return socket.write(
        buffers,
        0,
        buffers.length,
        BlockingMode.NON_BLOCK, // waits neither for Tomcat's own frames nor for the peer
        api.writeMillis(), // begins anew whenever some of it was written
        TimeUnit.MILLISECONDS,
        done,
        SocketWrapperBase.COMPLETE_WRITE, // calls back unless all was written at once
        this);
  }

  private ByteBuffer[] buffers(Outgoing outgoing) {
    if (!outgoing.ping()) {
      return new ByteBuffer[] {frames.of(outgoing.texts())};
    }
    return outgoing.texts().isEmpty()
        ? new ByteBuffer[] {Frames.ping()}
        : new ByteBuffer[] {frames.of(outgoing.texts()), Frames.ping()};
  }

  @Override
  public void completed(Long bytes, Done done) {
    api.waitsNoMore();
    done.done(null);
  }

  /** May be called under the socket's lock, where a write fails at once. */
  @Override
  public void failed(Throwable failure, Done done) {
    api.waitsNoMore();
    done.done(failure);
  }

  @Override
  public void close(CloseStatus status) {
    closing = true;
    api.close(status);
  }

  @Override
  public void cut(CloseStatus status) {
    closing = true;
    api.cut(status);
  }
}
