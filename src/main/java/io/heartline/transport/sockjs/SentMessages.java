package io.heartline.transport.sockjs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what clients of SockJS send: a JSON array of strings, or a single JSON string. */
final class SentMessages {
  /** What a client sent is not what it may send. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private Broken(String rule) {
      super(rule, null, false, false);
    }

    /** Returns what is wrong, in the words that clients of SockJS know. */
    String rule() {
      return String.valueOf(getMessage());
    }
  }

  private SentMessages() {}

  /** Returns the exception for a body that is not JSON, or not such JSON. */
  static Broken broken() {
    return new Broken("Broken JSON encoding.");
  }

  /**
   * Returns the messages, in order; none for an empty array.
   *
   * @throws Broken if it is anything else
   */
  static List<String> read(String text) throws Broken {
    if (text.isEmpty()) {
      throw new Broken("Payload expected.");
    }
    List<String> messages = new ArrayList<>(1);
    try (JsonParser parser = JsonText.parser(text)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        messages.add(parser.getText());
      } else if (first == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
          messages.add(parser.getText());
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
          throw broken();
        }
      } else {
        throw broken();
      }
      if (parser.nextToken() != null) {
        throw broken();
      }
      return messages;
    } catch (IOException e) {
      throw broken();
    }
  }
}
