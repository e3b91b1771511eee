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
 * Writes directly to Tomcat's socket, with the same operation that Tomcat itself uses. Unlike
 * Tomcat's WebSocket API it never holds its thread while the peer's socket is full, and encodes
 * nothing that another line has already encoded. It also touches less memory, which is most of the
 * cost of writing to a line that was quiet.
 *
 * <p>Tomcat writes to the same socket too: pongs and closes. Frames never mix, since both sides
 * take the semaphore of that operation. If it is taken, we leave the write to the API, which waits
 * its turn. We never write after a close. Tomcat answers a client's close under the socket's lock,
 * and our writes begin under that lock. After our own close we begin no write here.
 *
 * <p>Texts too long to be sure to be shared also go through the API, which sends them in parts:
 * here a write that waits for its peer keeps all its frames until it is done. Closes go through the
 * API too.
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
   * Returns the connection for the session that this thread is opening: one that writes to its
   * socket if we can reach that, else {@code api}.
   */
  static Connection open(Session session, TomcatConnection api, Frames frames) {
    SocketWrapperBase<?> socket = SocketUpgrade.opening();
    return socket != null
            && socket.hasAsyncIO() // else Tomcat does not take the semaphore
            && session.getNegotiatedExtensions().isEmpty() // extensions would change the frames
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
        || !lock.tryLock()) { // Tomcat is reading, and may come across a close
      return false;
    }
    CompletionState state;
    try {
      if (closing || !session.isOpen()) {
        return false; // the API will report what is wrong
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
        api.writeMillis(), // restarts whenever some bytes were written
        TimeUnit.MILLISECONDS,
        done,
        SocketWrapperBase.COMPLETE_WRITE, // calls back unless everything was written at once
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

  /** May be called under the socket's lock, if the write fails at once. */
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
