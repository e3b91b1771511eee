package io.heartline.api;

import io.heartline.engine.Buckets;
import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.ApiKey;
import io.heartline.model.Rate;
import io.heartline.model.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * {@code POST /api/publish}: publishes business updates to pages. Answers with their positions once
 * they are committed.
 */
public final class PublishServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** How many keys are kept apart, as far as they published lately. */
  private static final int KEYS = 10_000;

  private final transient Engine engine;
  private final transient Keys keys;
  private final int maxBytes;
  private final Rate rate;
  private final transient Buckets paces;
  private final transient LongSupplier nanos;

  /**
   * @param maxBytes the largest body
   * @param rate how fast each key may publish, counted once per message and channel
   */
  public PublishServlet(Calls calls, Engine engine, Keys keys, int maxBytes, Rate rate) {
    super(calls, "POST");
    this.engine = engine;
    this.keys = keys;
    this.maxBytes = maxBytes;
    this.rate = rate;
    nanos = calls::nanos;
    paces = new Buckets(rate, KEYS, calls.nanos());
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
          : publishOne(call, key, PublishRequest.read(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
  }

  private CompletionStage<Reply> publishOne(Call call, ApiKey key, List<Draft> drafts) {
    pace(key, drafts.size());
    return publish(call, key, drafts).thenApply(Verdict::reply);
  }

  /** A call is published as a whole or not at all, so that its messages stay in their order. */
  private void pace(ApiKey key, long publications) {
    long wait = paces.take(key.name(), publications, nanos.getAsLong());
    if (wait > 0) {
      engine.statistics().turnedAway("key-pace");
      throw Refusal.tooFast(
          "Authorization",
          "must wait: one key may publish " + rate.burst() + " times at once and then "
              + rate.perSecond() + " times a second",
          wait);
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

  private static long targets(PublishBatch.Message message) {
    return message instanceof PublishBatch.Message.Good good ? good.drafts().size() : 1;
  }

  /** Begins to publish all messages, in order. The reply is there once the last is decided. */
  private CompletionStage<Reply> publishAll(
      Call call, ApiKey key, List<PublishBatch.Message> messages) {
    pace(key, messages.stream().mapToLong(PublishServlet::targets).sum());
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
