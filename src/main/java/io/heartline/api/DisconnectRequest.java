package io.heartline.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Target;
import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"user"|"token"|"session"|"line": text, "block"?: seconds or a time, "reason"?: a
 * word}}.
 *
 * @param target whose lines are closed
 * @param untilMillis when the block ends, in milliseconds since 1970; null if none is asked for
 * @param status how the lines are closed
 */
record DisconnectRequest(Target target, @Nullable Long untilMillis, CloseStatus status) {
  /** The longest block. */
  static final Duration LONGEST = Duration.ofDays(3650);

  /** The longest name of a token or a session, in characters. */
  private static final int MAX_NAME = 512;

  /**
   * @param nowMillis the time, in milliseconds since 1970
   * @throws Refusal if a field breaks its rule
   */
  static DisconnectRequest read(String body, long nowMillis) {
    Reader reader = new Reader(nowMillis);
    try (JsonParser parser = JsonText.parser(body)) {
      reader.object(parser);
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("body", JsonText.problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
    return reader.request();
  }

  private static final class Reader {
    private final long now;
    private @Nullable Target target;
    private @Nullable Long until;
    private @Nullable CloseStatus reason;

    /** The field that named the target; empty until it is read. */
    private String targetField = "";

    Reader(long now) {
      this.now = now;
    }

    void object(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Refusal.badRequest("body", "must be a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "user" -> target(field, new Target.Known(new Whom.OneUser(user(parser))));
          case "token" -> target(field, new Target.Known(new Whom.Token(name(parser, field))));
          case "session" -> target(field, new Target.Session(name(parser, field)));
          case "line" -> target(field, new Target.OneLine(name(parser, field)));
          case "block" -> until = until(parser);
          case "reason" -> reason = reason(parser);
          default ->
            throw Refusal.badRequest(
                Excerpt.of(field),
                "is not known; known are user, token, session, line, block, reason");
        }
      }
      if (parser.nextToken() != null) {
        throw Refusal.badRequest("body", "must be one JSON object");
      }
    }

    private void target(String field, Target named) {
      if (target != null) {
        throw Refusal.badRequest(
            field,
            "must be the only one of user, token, session, line; there is also " + targetField);
      }
      target = named;
      targetField = field;
    }

    private static User user(JsonParser parser) throws IOException {
      String id = string(parser, "user");
      String problem = User.problem(id);
      if (problem != null) {
        throw Refusal.badRequest("user", problem);
      }
      return new User(id);
    }

    /** Returns a name, which is not quoted in a refusal: that of a session is a secret. */
    private static String name(JsonParser parser, String field) throws IOException {
      String name = string(parser, field);
      if (name.isEmpty() || name.length() > MAX_NAME) {
        throw Refusal.badRequest(
            field, "must have 1 to " + MAX_NAME + " characters: " + name.length());
      }
      return name;
    }

    private long until(JsonParser parser) throws IOException {
      long most = LONGEST.toSeconds();
      String rule = "must be a number of seconds from 1 to " + most
          + ", or a time to come such as 2027-01-31T12:00:00Z";
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        try {
          long until = Instant.parse(parser.getText()).toEpochMilli();
          if (until > now && until - now <= LONGEST.toMillis()) {
            return until;
          }
        } catch (DateTimeException | ArithmeticException e) {
          throw Refusal.badRequest("block", rule + ": " + Excerpt.of(parser.getText()));
        }
      } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        long seconds = parser.getLongValue();
        if (seconds >= 1 && seconds <= most) {
          return now + Duration.ofSeconds(seconds).toMillis();
        }
      }
      throw Refusal.badRequest("block", rule + ": " + Excerpt.of(parser.getText()));
    }

    private static CloseStatus reason(JsonParser parser) throws IOException {
      String word = string(parser, "reason");
      CloseStatus status = Block.STATUSES.get(word);
      if (status == null) {
        throw Refusal.badRequest(
            "reason",
            "must be one of " + String.join(", ", Block.STATUSES.keySet()) + ": "
                + Excerpt.of(word));
      }
      return status;
    }

    DisconnectRequest request() {
      Target target = this.target;
      if (target == null) {
        throw Refusal.badRequest("user", "must be given, or one of token, session, line");
      }
      if (until != null && !(target instanceof Target.Known)) {
        throw Refusal.badRequest(
            "block", "must be with a user or a token, not with a " + targetField);
      }
      boolean token = target instanceof Target.Known known && known.whom() instanceof Whom.Token;
      if (reason == CloseStatus.BLOCKED && until == null && !token) {
        throw Refusal.badRequest("block", "must be given with the reason blocked");
      }
      return new DisconnectRequest(target, until, status(token));
    }

    private CloseStatus status(boolean token) {
      if (reason != null) {
        return reason;
      }
      if (until != null) {
        return CloseStatus.BLOCKED;
      }
      return token ? CloseStatus.LOGGED_OUT : CloseStatus.KICKED;
    }

    private static String string(JsonParser parser, String field) throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw Refusal.badRequest(field, "must be a string");
      }
      return parser.getText();
    }
  }
}
