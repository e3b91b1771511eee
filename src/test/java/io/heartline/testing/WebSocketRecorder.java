package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client on the JDK's WebSocket that keeps what happens to it, to be asked for in order: whoever
 * asks for a text and finds a close fails, and the other way round.
 */
public final class WebSocketRecorder implements WebSocket.Listener {
  /** How a line ended. */
  public record Closed(int code, String reason) {}

  private sealed interface Event {}

  private record Frame(String text) implements Event {}

  private record Close(Closed closed) implements Event {}

  private record Failure(Throwable cause) implements Event {}

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Objects of a frame that were not asked for yet. */
  private final Deque<String> objects = new ArrayDeque<>();

  private final StringBuilder partial = new StringBuilder();
  private final boolean answersBeats;
  private @Nullable WebSocket socket;

  private WebSocketRecorder(boolean answersBeats) {
    this.answersBeats = answersBeats;
  }

  /** Opens a raw door. */
  public static WebSocketRecorder raw(URI door, String... headers) {
    return open(door, false, List.of(), headers);
  }

  /**
   * Opens a raw door and waits until its line reads: the handshake is answered a moment before, and
   * what is published in that moment is not for this line.
   */
  public static WebSocketRecorder listening(URI door, String... headers) {
    WebSocketRecorder recorder = raw(door, headers);
    recorder.assertRawLives();
    return recorder;
  }

  /** Opens a line of {@code heartline.v1}; beats are answered and not kept. */
  public static WebSocketRecorder page(URI door, String... headers) {
    return open(door, true, List.of("heartline.v1"), headers);
  }

  /**
   * Opens a line of {@code heartline.v1} as a browser can that has a token and sends no cookies.
   */
  public static WebSocketRecorder pageWithToken(URI door, String token) {
    return open(door, true, List.of("heartline.v1", "bearer." + token));
  }

  /** Opens a line of STOMP; each frame comes as a whole. */
  public static WebSocketRecorder stomp(URI door, String... headers) {
    return open(door, false, List.of("v12.stomp"), headers);
  }

  /** Opens a line of {@code heartline.v1} whose beats are kept like all else. */
  public static WebSocketRecorder mutePage(URI door, String... headers) {
    return open(door, false, List.of("heartline.v1"), headers);
  }

  private static WebSocketRecorder open(
      URI door, boolean answersBeats, List<String> subprotocols, String... headers) {
    WebSocketRecorder recorder = new WebSocketRecorder(answersBeats);
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    if (!subprotocols.isEmpty()) {
      builder.subprotocols(
          subprotocols.get(0), subprotocols.subList(1, subprotocols.size()).toArray(String[]::new));
    }
    WebSocket socket = in(builder.buildAsync(door, recorder));
    assertThat(socket.getSubprotocol())
        .isEqualTo(subprotocols.isEmpty() ? "" : subprotocols.get(0));
    return recorder;
  }

  private static <T> T in(CompletableFuture<T> future) {
    try {
      return future.get(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void onOpen(WebSocket opened) {
    synchronized (this) {
      socket = opened;
    }
    opened.request(Long.MAX_VALUE);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
    partial.append(part);
    if (last) {
      String text = partial.toString();
      partial.setLength(0);
      String kept = answersBeats ? withoutBeats(text) : text;
      if (!kept.isEmpty()) {
        events.add(new Frame(kept));
      }
    }
    return null;
  }

  private String withoutBeats(String frame) {
    List<String> kept = new ArrayList<>();
    for (String object : frame.split("\n", -1)) {
      if (object.startsWith("{\"beat\":")) {
        send(object);
      } else {
        kept.add(object);
      }
    }
    return String.join("\n", kept);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    events.add(new Failure(new AssertionError("a binary frame")));
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    events.add(new Close(new Closed(code, reason)));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    events.add(new Failure(error));
  }

  /** Sends one text. */
  public synchronized void send(String text) {
    if (socket == null) {
      throw new AssertionError("not open");
    }
    in(socket.sendText(text, true));
  }

  /** Closes like a page that leaves. */
  public synchronized void leave() {
    if (socket != null) {
      in(socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }
  }

  /** Returns the next frame's text, whole. */
  public String frame() {
    assertThat(objects).as("objects that nobody asked for").isEmpty();
    return frameOrObjects();
  }

  private String frameOrObjects() {
    Event event = event();
    if (event instanceof Frame frame) {
      return frame.text();
    }
    throw new AssertionError("a text was expected: " + event);
  }

  /** Returns the next object of {@code heartline.v1}; there may be several in a frame. */
  public String object() {
    if (objects.isEmpty()) {
      objects.addAll(List.of(frameOrObjects().split("\n", -1)));
    }
    return objects.remove();
  }

  /** Waits for the close, which must be next. */
  public Closed closed() {
    assertThat(objects).as("objects that nobody asked for").isEmpty();
    Event event = event();
    if (event instanceof Close close) {
      return close.closed();
    }
    throw new AssertionError("a close was expected: " + event);
  }

  /** Waits for the close, whatever was said before it. */
  public Closed closedAtLast() {
    objects.clear();
    Event event = event();
    while (event instanceof Frame) {
      event = event();
    }
    if (event instanceof Close close) {
      return close.closed();
    }
    throw new AssertionError("a close was expected: " + event);
  }

  private Event event() {
    try {
      Event event = events.poll(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new AssertionError("nothing came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks a raw door and expects its answer next: nothing else may have come before. */
  public void assertRawLives() {
    send("ping");
    assertThat(frame()).isEqualTo("pong");
  }

  /** Asks a line and expects its answer next: nothing else may have come before. */
  public void assertPageLives() {
    send("{\"probe\":7}");
    assertThat(object()).isEqualTo("{\"probed\":7}");
  }
}
