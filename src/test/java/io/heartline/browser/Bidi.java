package io.heartline.browser;

import io.heartline.testing.RunningWar;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.openqa.selenium.json.Json;

/** WebDriver BiDi as a browser speaks it itself: commands, their answers, and events. */
final class Bidi {
  private static final Json JSON = new Json();

  /** What the browser answered to a command, or why it refused. */
  private final Map<Long, CompletableFuture<Map<String, Object>>> asked = new ConcurrentHashMap<>();

  private final AtomicLong last = new AtomicLong();
  private final Consumer<Map<String, Object>> events;
  private final WebSocket socket;

  /** @param events is told the parameters of each event, on a thread of the connection */
  Bidi(URI address, Consumer<Map<String, Object>> events) {
    this.events = events;
    socket = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(address, new Reader())
        .join();
  }

  /**
   * Sends a command and waits. Returns its result; an {@link AssertionError} says why there is
   * none.
   */
  Map<String, Object> ask(String method, Map<String, ?> parameters) {
    return ask(method, parameters, RunningWar.PATIENCE);
  }

  Map<String, Object> ask(String method, Map<String, ?> parameters, Duration patience) {
    long id = last.incrementAndGet();
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    asked.put(id, answer);
    String command = JSON.toJson(Map.of("id", id, "method", method, "params", parameters));
    try {
      socket.sendText(command, true).get(patience.toSeconds(), TimeUnit.SECONDS);
      Map<String, Object> told = answer.get(patience.toSeconds(), TimeUnit.SECONDS);
      if (!"success".equals(told.get("type"))) {
        throw new AssertionError(told.get("error") + ": " + told.get("message") + "\n" + command);
      }
      return map(told, "result");
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer to " + command, e);
    } finally {
      asked.remove(id);
    }
  }

  static Map<String, Object> read(String json) {
    return JSON.toType(json, Json.MAP_TYPE);
  }

  static String write(Object value) {
    return JSON.toJson(value);
  }

  @SuppressWarnings("unchecked") // JSON has no other maps
  static Map<String, Object> map(Map<String, Object> from, String name) {
    return (Map<String, Object>) from.get(name);
  }

  /** Puts the parts of a message together. */
  private final class Reader implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
      message.append(part);
      if (whole) {
        Map<String, Object> told = read(message.toString());
        message.setLength(0);
        CompletableFuture<Map<String, Object>> answer =
            told.get("id") instanceof Number id ? asked.get(id.longValue()) : null;
        if (answer != null) {
          answer.complete(told);
        } else if ("event".equals(told.get("type"))) {
          events.accept(map(told, "params"));
        }
      }
      return WebSocket.Listener.super.onText(from, part, whole);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      failAll(new AssertionError("the browser has closed: " + code + " " + reason));
      return WebSocket.Listener.super.onClose(from, code, reason);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      failAll(error);
    }

    private void failAll(Throwable error) {
      asked.values().forEach(answer -> answer.completeExceptionally(error));
    }
  }
}
