package io.heartline.store.redis.secrets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a user's identity is written in Redis: {@code {"user":..,"until":..,"grants":[..]}}, with a
 * {@code token} if the credentials have a name.
 */
final class IdentityText {
  private IdentityText() {}

  static String write(Identity identity) {
    User user = identity.user();
    String name = user == null ? "" : user.id();
    String grants = identity.grants().stream()
        .sorted()
        .map(JsonText::quote)
        .collect(Collectors.joining(",", "[", "]"));
    String token =
        identity.tokenId() == null ? "" : ",\"token\":" + JsonText.quote(identity.tokenId());
    return "{\"user\":" + JsonText.quote(name) + ",\"until\":" + identity.expiresAtMillis()
        + ",\"grants\":" + grants + token + '}';
  }

  /**
   * Returns the identity; empty if it is not understood. What is not understood may be a limit, so
   * nobody is let in by half of it.
   */
  static Optional<Identity> read(String text) {
    User user = null;
    Long until = null;
    Set<String> grants = null;
    String token = null;
    try (JsonParser parser = JsonText.parser(text)) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "user" -> user = new User(string(parser, value));
          case "until" -> until = parser.getLongValue();
          case "grants" -> grants = strings(parser, value);
          case "token" -> token = string(parser, value);
          default -> require(false);
        }
      }
      require(parser.nextToken() == null);
      return identity(user, until, grants, token);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Identity> identity(
      @Nullable User user,
      @Nullable Long until,
      @Nullable Set<String> grants,
      @Nullable String token) {
    return user == null || until == null || grants == null
        ? Optional.empty()
        : Optional.of(new Identity(user, until, grants, token));
  }

  private static String string(JsonParser parser, @Nullable JsonToken value) throws IOException {
    require(value == JsonToken.VALUE_STRING);
    return parser.getText();
  }

  private static Set<String> strings(JsonParser parser, @Nullable JsonToken value)
      throws IOException {
    require(value == JsonToken.START_ARRAY);
    Set<String> all = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      all.add(string(parser, parser.currentToken()));
    }
    return all;
  }

  private static void require(boolean fine) {
    if (!fine) {
      throw new IllegalArgumentException("not an identity");
    }
  }
}
