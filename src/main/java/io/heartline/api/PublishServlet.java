package io.heartline.api;

import io.heartline.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/publish}: publishes business updates to pages. Answers with their positions once
 * they are committed.
 */
public final class PublishServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Predicate<@Nullable String> keys;
  private final int maxBytes;

  /**
   * @param keys whether an {@code Authorization} header, null if absent, permits publishing
   * @param maxBytes the largest body
   */
  public PublishServlet(
      Calls calls, Engine engine, Predicate<@Nullable String> keys, int maxBytes) {
    super(calls, "POST");
    this.engine = engine;
    this.keys = keys;
    this.maxBytes = maxBytes;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    if (!keys.test(call.header("Authorization"))) {
      throw Refusal.unauthorized();
    }
    MediaType type = MediaType.parse(call.header("Content-Type"));
    if (!type.isJson()) {
      throw Refusal.unsupported("Content-Type", "must be application/json: " + type.text());
    }
    return call.then(call.body(maxBytes), this::publish);
  }

  private CompletionStage<Reply> publish(String body) {
    try {
      return PublishBatch.isOne(body)
          ? publishAll(PublishBatch.read(body))
          : Verdict.publish(engine, PublishRequest.read(body)).thenApply(Verdict::reply);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
  }

  /** Begins to publish all messages, in order. The reply is there once the last is decided. */
  private CompletionStage<Reply> publishAll(List<PublishBatch.Message> messages) {
    List<CompletableFuture<Verdict>> verdicts = new ArrayList<>(messages.size());
    for (PublishBatch.Message message : messages) {
      verdicts.add(
          message instanceof PublishBatch.Message.Good good
              ? Verdict.publish(engine, good.drafts())
              : CompletableFuture.completedFuture(
                  Verdict.of(((PublishBatch.Message.Bad) message).refusal())));
    }
    return CompletableFuture.allOf(verdicts.toArray(new CompletableFuture<?>[0]))
        .thenApply(all -> Reply.ok(verdicts.stream()
            .map(verdict -> verdict.join().json())
            .collect(Collectors.joining(",", "{\"results\":[", "]}"))));
  }
}
