package io.heartline.api;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.engine.Store;
import io.heartline.model.Position;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/publish}: a business update on its way to pages, answered with its positions
 * once it is committed.
 */
public final class PublishServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(PublishServlet.class.getName());

  private final transient Engine engine;
  private final transient Predicate<@Nullable String> keys;
  private final int maxBytes;

  /**
   * @param keys whether an {@code Authorization} header, null if absent, may publish
   * @param maxBytes of a body
   */
  public PublishServlet(Engine engine, Predicate<@Nullable String> keys, int maxBytes) {
    this.engine = engine;
    this.keys = keys;
    this.maxBytes = maxBytes;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!keys.test(request.getHeader("Authorization"))) {
      Answer.unauthorized(response);
      return;
    }
    try {
      requireJson(request.getContentType());
      List<Draft> drafts = PublishRequest.read(Body.read(request, maxBytes));
      publish(request, response, drafts);
    } catch (Refusal refusal) {
      Answer.refuse(response, refusal);
    }
  }

  private static void requireJson(@Nullable String type) throws Refusal {
    String bare = String.valueOf(type).split(";", 2)[0].strip();
    if (!bare.equalsIgnoreCase("application/json")) {
      throw Refusal.unsupportedType(String.valueOf(type));
    }
  }

  /** Answers at once where the store commits at once, else when it has: no thread waits. */
  private void publish(HttpServletRequest request, HttpServletResponse response, List<Draft> drafts)
      throws IOException {
    CompletableFuture<List<Position>> committed = engine.publish(drafts).toCompletableFuture();
    if (committed.isDone()) {
      answer(response, drafts, committed);
      return;
    }
    AsyncContext context = request.startAsync();
    context.setTimeout(0); // the store always answers
    committed.whenComplete((positions, failure) -> {
      try {
        answer((HttpServletResponse) context.getResponse(), drafts, committed);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the publisher did not wait for its answer: {0}", e);
      } finally {
        context.complete();
      }
    });
  }

  private static void answer(
      HttpServletResponse response, List<Draft> drafts, CompletableFuture<List<Position>> committed)
      throws IOException {
    try {
      Answer.send(response, 200, results(drafts, committed.join()));
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof Store.Unavailable unavailable)) {
        LOG.log(Level.ERROR, "publish failed", e.getCause());
        Answer.error(response, 500, "body", "could not be published");
        return;
      }
      response.setHeader("Retry-After", "1");
      Answer.error(response, 503, "body", "cannot be taken now: " + unavailable.getMessage());
    }
  }

  private static String results(List<Draft> drafts, List<Position> positions) {
    StringBuilder json = new StringBuilder(positions.size() * 120 + 16).append("{\"results\":[");
    for (int i = 0; i < positions.size(); i++) {
      Position position = positions.get(i);
      json.append(i == 0 ? "" : ",")
          .append("{\"channel\":\"")
          .append(drafts.get(i).channel());
      json.append("\",\"epoch\":\"").append(position.epoch());
      json.append("\",\"offset\":").append(position.offset());
      json.append(",\"position\":\"").append(position).append("\"}");
    }
    return json.append("]}").toString();
  }
}
