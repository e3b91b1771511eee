package io.heartline.engine;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Another server, usually the application, that is asked by HTTP. */
@FunctionalInterface
public interface Remote {
  /**
   * Begins to ask: a {@code POST} with JSON. The answer never fails and comes within a bounded
   * time, on any thread.
   *
   * @param headers besides those that say that the body is JSON
   */
  CompletionStage<Answer> post(URI to, Map<String, String> headers, String json);

  /** What became of the question. */
  sealed interface Answer {
    /**
     * It was answered, in whatever way.
     *
     * @param status of HTTP, redirects included: none is followed
     * @param body empty if there is none; null if it is not UTF-8
     */
    record Given(int status, @Nullable String body) implements Answer {}

    /**
     * There is no answer: it could not be reached, it was too slow, it said too much, too many
     * calls are under way, or this server stops.
     *
     * @param why for clients
     * @param cause for the log; may say more
     */
    record Unavailable(String why, String cause) implements Answer {}
  }
}
