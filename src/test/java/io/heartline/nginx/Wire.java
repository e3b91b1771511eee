package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a line through TLS. It does what a page and its browser do by themselves: the
 * JDK answers pings, we answer beats inside the listener; both are counted, and kept from whoever
 * asks for what came.
 */
final class Wire implements WebSocket.Listener {
  private final BlockingQueue<String> objects = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private final AtomicInteger beats = new AtomicInteger();

  private String welcome = "";

  @Override
  public void onOpen(WebSocket opened) {
    socket.complete(opened);
    opened.request(Long.MAX_VALUE);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    partial.append(part);
    if (last) {
      for (String object : partial.toString().split("\n", -1)) {
        if (object.startsWith("{\"beat\":")) {
          beats.incrementAndGet();
          send(object);
        } else {
          objects.add(object);
        }
      }
      partial.setLength(0);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    beats.incrementAndGet();
    return null; // the JDK has answered it
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(new Closed(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(new Closed(1006, error.toString()));
  }

  void send(String text) {
    socket.join().sendText(text, true);
  }

  /** Expects the welcome next. */
  void welcomed() {
    welcome = next();
    assertThat(welcome).startsWith("{\"welcome\":{");
  }

  String welcome() {
    return welcome;
  }

  /** Returns the next text of a raw line, or the next object of a native one. */
  String next() {
    try {
      String object = objects.poll(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(object).as("what comes before the end: %s", closed).isNotNull();
      return object;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Subscribes and returns the answer. */
  String subscribe(String channel, String after) {
    send("{\"subscribe\":\"" + channel + "\""
        + (after.isEmpty() ? "" : ",\"after\":\"" + after + "\"") + "}");
    String answer = next();
    assertThat(answer).startsWith("{\"subscribed\":\"" + channel + "\"");
    return answer;
  }

  /** A question of the page's own, and its answer, which must come next. */
  void assertPageLives() {
    send("{\"probe\":7}");
    assertThat(next()).isEqualTo("{\"probed\":7}");
  }

  void assertRawLives() {
    send("ping");
    assertThat(next()).isEqualTo("pong");
  }

  /** Returns how many pings and beats came so far. */
  int beats() {
    return beats.get();
  }

  boolean isOpen() {
    return !closed.isDone();
  }

  /** Waits for the end. */
  Closed closed() {
    try {
      return closed.get(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns whether it stays open for so long; it is not spoken to. */
  boolean staysOpen(Duration time) {
    try {
      closed.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Closes like a page that leaves. */
  void leave() {
    socket.join().sendClose(WebSocket.NORMAL_CLOSURE, "");
    closed();
  }
}
