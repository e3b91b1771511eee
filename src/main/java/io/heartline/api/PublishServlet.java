package io.heartline.api;

import io.heartline.engine.Engine;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/publish}: a business update on its way to pages, answered with its positions
 * once it is committed.
 */
public final class PublishServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(PublishServlet.class.getName());

  /** A disk that is well has long forced a group by then. */
  private static final long MOMENT_MILLIS = 20;

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
      Answer.refuse(response, Refusal.unauthorized());
      return;
    }
    try {
      requireJson(request.getContentType());
      String body = Body.read(request, maxBytes);
      if (PublishBatch.isOne(body)) {
        publishAll(request, response, PublishBatch.read(body));
      } else {
        answer(request, response, Verdict.publish(engine, PublishRequest.read(body)));
      }
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

  /** Begins with all messages in their order, and answers when the last one is decided. */
  private void publishAll(
      HttpServletRequest request, HttpServletResponse response, List<PublishBatch.Message> messages)
      throws IOException {
    List<CompletableFuture<Verdict>> verdicts = new ArrayList<>(messages.size());
    for (PublishBatch.Message message : messages) {
      verdicts.add(
          message instanceof PublishBatch.Message.Good good
              ? Verdict.publish(engine, good.drafts())
              : CompletableFuture.completedFuture(
                  Verdict.of(((PublishBatch.Message.Bad) message).refusal())));
    }
    answer(
        request,
        response,
        CompletableFuture.allOf(verdicts.toArray(new CompletableFuture<?>[0]))
            .thenApply(all -> new Verdict(
                200,
                verdicts.stream()
                    .map(verdict -> verdict.join().json())
                    .collect(Collectors.joining(",", "{\"results\":[", "]}")))));
  }

  /**
   * Answers when it is decided. That is mostly within a moment, which is waited for: cheaper than
   * going on later. Where the disk is slow no thread waits, and none of the store's is held up by a
   * publisher who is slow to read.
   */
  private static void answer(
      HttpServletRequest request, HttpServletResponse response, CompletableFuture<Verdict> decided)
      throws IOException {
    Optional<Verdict> soon = soon(decided);
    if (soon.isPresent()) {
      soon.get().send(response);
      return;
    }
    AsyncContext context = request.startAsync();
    context.setTimeout(0); // the store always answers
    decided.thenAccept(verdict -> context.start(() -> {
      try {
        verdict.send((HttpServletResponse) context.getResponse());
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the publisher did not wait for its answer: {0}", e);
      } finally {
        context.complete();
      }
    }));
  }

  private static Optional<Verdict> soon(CompletableFuture<Verdict> decided) {
    try {
      return Optional.of(decided.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // a verdict is never a failure
    }
  }
}
