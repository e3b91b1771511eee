package io.heartline.api;

import io.heartline.engine.Callback;
import io.heartline.engine.Draft;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the application is asked, and what it answers, as JSON. */
final class CallbackBody {
  private CallbackBody() {}

  /** Returns the question about what a client has sent. */
  static String of(Callback.Sent sent) {
    StringBuilder json = new StringBuilder(sent.data().length() + 256).append("{\"destination\":");
    JsonText.appendQuoted(json, sent.destination());
    json.append(",\"line\":\"").append(sent.line()).append('"');
    if (sent.user() != null) {
      json.append(",\"user\":");
      JsonText.appendQuoted(json, sent.user().id());
    }
    json.append(",\"headers\":{");
    String comma = "";
    for (var header : sent.headers().entrySet()) {
      json.append(comma);
      JsonText.appendQuoted(json, header.getKey());
      json.append(':');
      JsonText.appendQuoted(json, header.getValue());
      comma = ",";
    }
    return json.append("},\"data\":").append(sent.data()).append('}').toString();
  }

  /**
   * Returns what an answer wants to be published; nothing if it is empty.
   *
   * @param text null if it is not UTF-8
   * @throws Refusal if it is not what may be published
   */
  static List<Draft> drafts(@Nullable String text) {
    if (text == null) {
      throw Refusal.badRequest("body", "must be UTF-8");
    }
    if (text.isBlank()) {
      return List.of();
    }
    try {
      if (!PublishBatch.isOne(text)) {
        return PublishRequest.read(text);
      }
      List<Draft> drafts = new ArrayList<>();
      for (PublishBatch.Message message : PublishBatch.read(text)) {
        if (message instanceof PublishBatch.Message.Bad bad) {
          throw bad.refusal();
        }
        drafts.addAll(((PublishBatch.Message.Good) message).drafts());
      }
      return drafts;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
  }
}
