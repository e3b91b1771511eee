package io.heartline.transport.sockjs;

import io.heartline.engine.Connection;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose messages are frames of SockJS. The first says that the session is open. */
final class SockJsSocket implements Connection {
  private static final Logger LOG = System.getLogger(SockJsSocket.class.getName());

  private static final List<String> OPEN = List.of(SockJsFrames.OPEN);
  private static final List<String> HEARTBEAT = List.of(SockJsFrames.HEARTBEAT);

  /** How long a close waits for its frame to be written. */
  private static final long CLOSE_MILLIS = 5_000;

  private final Connection socket;
  private final SockJsFrames frames;

  /** The first frame is written. */
  private volatile boolean ready;

  /** The client sent what is no frame: it is closed without one. */
  private volatile boolean broken;

  /** Null until the line is open. */
  private volatile @Nullable Line line;

  SockJsSocket(Connection socket, SockJsFrames frames) {
    this.socket = socket;
    this.frames = frames;
  }

  /** Writes the first frame, before anything that may take time: clients wait for it briefly. */
  void open() {
    socket.write(messages(OPEN, false), Mode.MUST_NOT_BLOCK, failure -> {
      ready = true; // also after a failure, which the next write reports
      wake();
    });
  }

  /** The line is open; it may have been opened before the first frame was written. */
  void opened(Line line) {
    this.line = line;
    wake();
  }

  /** The client does not speak SockJS, so that a last frame would tell it nothing. */
  void broken() {
    broken = true;
  }

  private void wake() {
    Line line = this.line;
    if (line != null) {
      line.writable();
    }
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public void write(Outgoing outgoing, Mode mode, Done done) {
    socket.write(framed(outgoing), mode, done);
  }

  @Override
  public boolean quick() {
    return socket.quick();
  }

  @Override
  public boolean tryWrite(Outgoing outgoing, Done done) {
    return socket.tryWrite(framed(outgoing), done);
  }

  /** A beat is a frame for the client and a ping for the container, which alone is answered. */
  private Outgoing framed(Outgoing outgoing) {
    List<String> texts = outgoing.texts();
    return messages(texts.isEmpty() ? HEARTBEAT : frames.message(texts), outgoing.ping());
  }

  private static Outgoing messages(List<String> texts, boolean ping) {
    return new Outgoing(texts, ping, false, 0, null);
  }

  @Override
  public void close(CloseStatus status) {
    if (broken) {
      socket.close(status);
      return;
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    Outgoing last = messages(List.of(SockJsFrames.close(status)), false);
    socket.write(last, Mode.MAY_BLOCK, failure -> told.complete(null));
    try {
      told.get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, () -> "closing without a word: " + e);
    } finally {
      socket.close(status);
    }
  }

  @Override
  public void cut(CloseStatus status) {
    socket.cut(status);
  }
}
