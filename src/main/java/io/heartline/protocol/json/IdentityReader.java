package io.heartline.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.BadParameter;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is, as an application says it:
 * {@code {"user":"ann","groups":["staff"],"claims":{"team":"blue"},"expires":1795914836}}. Only the
 * user is needed; without one it is nobody. Unknown names are ignored.
 */
public final class IdentityReader {
  private static final int MAX_GRANTS = 1_000;

  /** A time that is larger was meant in milliseconds. */
  private static final long MAX_SECONDS = 100_000_000_000L;

  private final JsonParser parser;
  private final Set<String> grants = new HashSet<>();
  private @Nullable String user;
  private long expiresAtMillis = Identity.NEVER;

  private IdentityReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Returns who it is; {@link Identity#ANONYMOUS} if it is nobody.
   *
   * @throws BadParameter if the text breaks a rule; it shows no value
   */
  public static Identity read(String body) {
    try (JsonParser parser = JsonText.parser(body)) {
      return new IdentityReader(parser).read();
    } catch (JsonProcessingException e) {
      throw new BadParameter("body", "is " + JsonText.problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private Identity read() throws IOException {
    expect(parser.nextToken() == JsonToken.START_OBJECT, "body", "must be a JSON object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      field(name);
    }
    expect(parser.nextToken() == null, "body", "must be one JSON object");
    if (user == null) {
      return Identity.ANONYMOUS;
    }
    String problem = User.problem(user);
    if (problem != null) {
      throw new BadParameter("user", problem);
    }
    return new Identity(new User(user), expiresAtMillis, grants, null);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "user" ->
        user = parser.currentToken() == JsonToken.VALUE_NULL
            ? null
            : scalar("user", "must be a string or a number");
      case "groups" -> grants("group:", "groups", "must be a list of strings");
      case "claims" -> claims();
      case "expires" -> expires();
      default -> parser.skipChildren();
    }
  }

  private void claims() throws IOException {
    expect(parser.currentToken() == JsonToken.START_OBJECT, "claims", "must be an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String prefix = "claim." + parser.currentName() + '=';
      parser.nextToken();
      grants(prefix, "claims", "must be strings, numbers, true or false, or lists of them");
    }
  }

  /** Reads one value, or a list of them. */
  private void grants(String prefix, String field, String rule) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      grant(prefix + scalar(field, rule), field);
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      grant(prefix + scalar(field, rule), field);
    }
  }

  private void grant(String word, String field) {
    grants.add(word);
    expect(grants.size() <= MAX_GRANTS, field, "must be at most " + MAX_GRANTS);
  }

  private void expires() throws IOException {
    boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    long seconds = whole ? parser.getLongValue() : -1;
    expect(seconds > 0 && seconds < MAX_SECONDS, "expires", "must be a time in seconds since 1970");
    expiresAtMillis = seconds * 1000;
  }

  private String scalar(String field, String rule) throws IOException {
    JsonToken token = parser.currentToken();
    expect(
        token == JsonToken.VALUE_STRING
            || token == JsonToken.VALUE_NUMBER_INT
            || token == JsonToken.VALUE_TRUE
            || token == JsonToken.VALUE_FALSE,
        field,
        rule);
    return parser.getText();
  }

  private static void expect(boolean fits, String field, String rule) {
    if (!fits) {
      throw new BadParameter(field, rule);
    }
  }
}
