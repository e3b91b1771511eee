package io.heartline.transport.websocket;

import io.heartline.engine.Connection;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends texts one after the other without holding a thread. Undertow completes a send inside the
 * call that began it, so calling the next send from there would recurse once per text until the
 * stack overflows. Instead a completion only counts a step, and the first caller to count runs all
 * steps in a loop.
 */
final class AsyncWrite implements Runnable {
  private final RemoteEndpoint.Async remote;
  private final List<String> texts;
  private final Connection.Done done;

  /** Steps still to run. The caller that finds 0 runs the loop; others only add to it. */
  private final AtomicInteger steps = new AtomicInteger();

  /** Touched only inside the loop. */
  private int next;

  /** Set before the step that reads it. */
  private volatile @Nullable Throwable failure;

  AsyncWrite(RemoteEndpoint.Async remote, List<String> texts, Connection.Done done) {
    this.remote = remote;
    this.texts = texts;
    this.done = done;
  }

  /** Sends the first text; also called when each send has completed. */
  @Override
  public void run() {
    if (steps.getAndIncrement() > 0) {
      return;
    }
    do {
      step();
    } while (steps.decrementAndGet() > 0);
  }

  private void step() {
    if (failure != null || next == texts.size()) {
      done.done(failure);
      return;
    }
    try {
      remote.sendText(texts.get(next++), this::sent);
    } catch (RuntimeException e) {
      failure = e;
      done.done(e);
    }
  }

  private void sent(SendResult result) {
    failure = result.isOK() ? null : result.getException();
    if (!result.isOK() && failure == null) {
      failure = new IOException("the container could not send");
    }
    run();
  }
}
