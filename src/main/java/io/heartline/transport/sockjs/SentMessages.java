package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;

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

  /** What a client sent is larger than it may be. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;

    private TooLarge() {
      super("a message is too large", null, false, false);
    }
  }

  /** How many bytes a character takes at most; a pair of two takes four. */
  private static final int CHARACTER = 3;

  private SentMessages() {}

  /** Returns the exception for a body that is not JSON, or not such JSON. */
  static Broken broken() {
    return new Broken("Broken JSON encoding.");
  }

  /**
   * Returns the messages, in order; none for an empty array.
   *
   * @param maxBytes the largest message, in bytes of UTF-8
   * @throws Broken if it is anything else
   * @throws TooLarge if one of them is larger; then none of them counts
   */
  static List<String> read(String text, int maxBytes) throws Broken, TooLarge {
    List<String> messages = read(text);
    for (String message : messages) {
      if (message.length() > maxBytes
          || message.length() > maxBytes / CHARACTER && message.getBytes(UTF_8).length > maxBytes) {
        throw new TooLarge();
      }
    }
    return messages;
  }

  private static List<String> read(String text) throws Broken {
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
