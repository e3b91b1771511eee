package io.heartline.engine;

import io.heartline.model.User;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The application, which says what becomes of what a client has sent. */
@FunctionalInterface
public interface Callback {
  /** Where there is no application to ask. */
  Callback NONE =
      sent -> CompletableFuture.completedFuture(new Answer.Unavailable("there is nobody to ask"));

  /** Begins to ask. The answer must come, however long the application takes. */
  CompletionStage<Answer> call(Sent sent);

  /**
   * What a client has sent.
   *
   * @param to the URL that is called
   * @param line its id
   * @param user who the line belongs to; null if that is nobody we know
   * @param headers of the client's own choice
   * @param data JSON
   */
  record Sent(
      URI to,
      String destination,
      String line,
      @Nullable User user,
      Map<String, String> headers,
      String data) {}

  /** What the application says. */
  sealed interface Answer {
    /** It has taken it; all of these are published, or none. */
    record Taken(List<Draft> drafts) implements Answer {}

    /** It does not want it. */
    record Refused(String why) implements Answer {}

    /** It could not be asked, or has not answered as it must. */
    record Unavailable(String why) implements Answer {}
  }
}
