package io.heartline.api;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.ApiKey;
import io.heartline.model.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * {@code POST /api/publish}: publishes business updates to pages. Answers with their positions once
 * they are committed.
 */
public final class PublishServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Engine engine;
  private final transient Keys keys;
  private final int maxBytes;

  /** @param maxBytes the largest body */
  public PublishServlet(Calls calls, Engine engine, Keys keys, int maxBytes) {
    super(calls, "POST");
    this.engine = engine;
    this.keys = keys;
    this.maxBytes = maxBytes;
  }

  @Override
  CompletionStage<Reply> answer(Call call) {
    ApiKey key = keys.require(call, Scope.PUBLISH);
    MediaType type = MediaType.parse(call.header("Content-Type"));
    if (!type.isJson()) {
      throw Refusal.unsupported("Content-Type", "must be application/json: " + type.text());
    }
    return call.then(call.body(maxBytes), body -> publish(call, key, body));
  }

  private CompletionStage<Reply> publish(Call call, ApiKey key, String body) {
    try {
      return PublishBatch.isOne(body)
          ? publishAll(call, key, PublishBatch.read(body))
          : publish(call, key, PublishRequest.read(body)).thenApply(Verdict::reply);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
  }

  /** Begins to publish a message, unless the key may not publish to one of its channels. */
  private CompletableFuture<Verdict> publish(Call call, ApiKey key, List<Draft> drafts) {
    for (Draft draft : drafts) {
      if (!key.scopes().allowPublish(draft.channel())) {
        String rule = "must be one to which this key may publish; the scope would be publish:"
            + draft.channel();
        return CompletableFuture.completedFuture(Verdict.of(call.forbidden("channel", rule)));
      }
    }
    return Verdict.publish(engine, drafts);
  }

  /** Begins to publish all messages, in order. The reply is there once the last is decided. */
  private CompletionStage<Reply> publishAll(
      Call call, ApiKey key, List<PublishBatch.Message> messages) {
    List<CompletableFuture<Verdict>> verdicts = new ArrayList<>(messages.size());
    for (PublishBatch.Message message : messages) {
      verdicts.add(
          message instanceof PublishBatch.Message.Good good
              ? publish(call, key, good.drafts())
              : CompletableFuture.completedFuture(
                  Verdict.of(((PublishBatch.Message.Bad) message).refusal())));
    }
    return CompletableFuture.allOf(verdicts.toArray(new CompletableFuture<?>[0]))
        .thenApply(all -> Reply.ok(verdicts.stream()
            .map(verdict -> verdict.join().json())
            .collect(Collectors.joining(",", "{\"results\":[", "]}"))));
  }
}
