package io.heartline.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Draft;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code {"messages":[...]}}, where each message is one that {@link PublishRequest} reads. An
 * invalid message is rejected alone; malformed JSON rejects the whole call.
 */
final class PublishBatch {
  /** The most messages in one call. */
  static final int MAX_MESSAGES = 1000;

  private PublishBatch() {}

  /** The result of reading one message. */
  sealed interface Message {
    /** Its drafts, at least one. */
    record Good(List<Draft> drafts) implements Message {}

    /** Why it cannot be published. */
    record Bad(Refusal refusal) implements Message {}
  }

  /** Returns whether a body is a batch: its first field is {@code messages}. */
  static boolean isOne(String body) throws IOException {
    try (JsonParser parser = JsonText.parser(body)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          && parser.nextToken() == JsonToken.FIELD_NAME
          && parser.currentName().equals("messages");
    } catch (JsonProcessingException e) {
      return false; // whoever reads it next says what is wrong
    }
  }

  /** Returns the messages of a batch, in order. */
  static List<Message> read(String body) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = JsonText.parser(body)) {
      parser.nextToken();
      parser.nextToken();
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw Refusal.badRequest("messages", "must be an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        texts.add(JsonText.value(parser, body));
      }
      if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw Refusal.badRequest("body", "must hold messages and nothing else");
      }
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("body", JsonText.problem(e));
    }
    if (texts.isEmpty() || texts.size() > MAX_MESSAGES) {
      throw Refusal.badRequest(
          "messages", "must hold 1 to " + MAX_MESSAGES + " messages: " + texts.size());
    }
    List<Message> messages = new ArrayList<>(texts.size());
    for (String text : texts) {
      messages.add(message(text));
    }
    return messages;
  }

  private static Message message(String text) {
    try {
      return new Message.Good(PublishRequest.read(text));
    } catch (Refusal refusal) {
      return new Message.Bad(refusal);
    }
  }
}
