package io.heartline.api;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.engine.Store;
import io.heartline.model.Position;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The answer for one message: its positions, or why it has none.
 *
 * @param json the answer to a call with only this message
 */
record Verdict(int status, String json) {
  /** Returns the answer for a message that cannot be read. */
  static Verdict of(Refusal refusal) {
    return error(refusal.status(), refusal.field(), refusal.rule());
  }

  /** Begins to publish a message; never fails. */
  static CompletableFuture<Verdict> publish(Engine engine, List<Draft> drafts) {
    return engine
        .publish(drafts)
        .toCompletableFuture()
        .handle((positions, failure) -> of(engine, drafts, positions, failure));
  }

  /** Returns the answer to a call with only this message. */
  Reply reply() {
    Reply reply = Reply.of(status, json);
    return status == 503 ? reply.with("Retry-After", "1") : reply;
  }

  /** Turns the store's answer into ours. Exactly one of positions and failure is null. */
  private static Verdict of(
      Engine engine,
      List<Draft> drafts,
      @Nullable List<Position> positions,
      @Nullable Throwable failure) {
    if (positions != null) {
      return new Verdict(200, results(drafts, positions));
    }
    if (failure instanceof Store.Unavailable) {
      return error(503, "body", "cannot be taken now: " + failure.getMessage());
    }
    engine
        .faults()
        .failed("publishing failed", drafts.get(0).channel(), Objects.requireNonNull(failure));
    return error(500, "body", "could not be published");
  }

  private static Verdict error(int status, String field, String message) {
    return new Verdict(status, Reply.errorJson(status, field, message));
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
