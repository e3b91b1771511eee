package io.heartline.security;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who the application says a client is:
 * {@code {"user":"ann","groups":["staff"],"claims":{"team":"blue"},"expires":1795914836}}. Only the
 * user is needed; without one it is nobody. Unknown names are ignored.
 */
final class LoginAnswer {
  private static final int MAX_GRANTS = 1_000;

  /** A time that is larger was meant in milliseconds. */
  private static final long MAX_SECONDS = 100_000_000_000L;

  private final Set<String> grants = new HashSet<>();
  private @Nullable String user;
  private long expiresAtMillis = Identity.NEVER;

  private LoginAnswer() {}

  /** An answer that breaks a rule; the message names the field and the rule, and no value. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  /** Returns who it is; {@link Identity#ANONYMOUS} if it is nobody. */
  static Identity read(@Nullable String body) throws Unfit {
    if (body == null) {
      throw new Unfit("body must be UTF-8");
    }
    LoginAnswer answer = new LoginAnswer();
    try (JsonParser parser = JsonText.parser(body)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, "body must be a JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        answer.field(name, parser);
      }
      expect(parser.nextToken() == null, "body must be one JSON object");
    } catch (JsonProcessingException e) {
      throw new Unfit("body is " + JsonText.problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return answer.identity();
  }

  private void field(String name, JsonParser parser) throws IOException, Unfit {
    switch (name) {
      case "user" ->
        user = parser.currentToken() == JsonToken.VALUE_NULL
            ? null
            : scalar(parser, "user must be a string or a number");
      case "groups" -> values(parser, "groups must be strings", "group:");
      case "claims" -> claims(parser);
      case "expires" -> expires(parser);
      default -> parser.skipChildren();
    }
  }

  private void claims(JsonParser parser) throws IOException, Unfit {
    expect(parser.currentToken() == JsonToken.START_OBJECT, "claims must be an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String prefix = "claim." + parser.currentName() + '=';
      parser.nextToken();
      values(parser, "claims must be strings, numbers, true or false, or lists of them", prefix);
    }
  }

  private void values(JsonParser parser, String rule, String prefix) throws IOException, Unfit {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      grant(prefix + scalar(parser, rule));
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      grant(prefix + scalar(parser, rule));
    }
  }

  private void grant(String word) throws Unfit {
    grants.add(word);
    expect(grants.size() <= MAX_GRANTS, "groups and claims must be at most " + MAX_GRANTS);
  }

  private void expires(JsonParser parser) throws IOException, Unfit {
    String rule = "expires must be a time in seconds since 1970";
    expect(
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER,
        rule);
    long seconds = parser.getLongValue();
    expect(seconds > 0 && seconds < MAX_SECONDS, rule);
    expiresAtMillis = seconds * 1000;
  }

  private static String scalar(JsonParser parser, String rule) throws IOException, Unfit {
    JsonToken token = parser.currentToken();
    expect(
        token == JsonToken.VALUE_STRING
            || token == JsonToken.VALUE_NUMBER_INT
            || token == JsonToken.VALUE_TRUE
            || token == JsonToken.VALUE_FALSE,
        rule);
    return parser.getText();
  }

  private Identity identity() throws Unfit {
    if (user == null) {
      return Identity.ANONYMOUS;
    }
    String problem = User.problem(user);
    if (problem != null) {
      throw new Unfit("user " + problem);
    }
    return new Identity(new User(user), expiresAtMillis, grants, null);
  }

  private static void expect(boolean fits, String rule) throws Unfit {
    if (!fits) {
      throw new Unfit(rule);
    }
  }
}
