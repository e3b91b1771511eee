package io.heartline.security;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Remote;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the application says about a right: {@code {"allow":true,"for":"60s"}}.
 *
 * @param allow meaningless if there is a problem
 * @param holdsMillis how long it holds
 * @param problem why it is no answer, for the log; null if it is one
 */
record RightsAnswer(
    boolean allow, long holdsMillis, @Nullable String problem) {
  /** How long an answer holds that does not say how long. */
  static final long HOLDS_MILLIS = 60_000;

  /** The longest time that an answer holds, whatever it says. */
  static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** The shortest: questions must not follow each other without a pause. */
  static final long SHORTEST_MILLIS = 1_000;

  private static final Pattern FOR = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private static final RightsAnswer FORBIDDEN = new RightsAnswer(false, HOLDS_MILLIS, null);

  /** @param given null if the question failed */
  static RightsAnswer of(Remote.@Nullable Answer given) {
    if (given instanceof Remote.Answer.Given answer) {
      if (answer.status() == 403) {
        return FORBIDDEN;
      }
      return answer.status() >= 200 && answer.status() < 300
          ? read(answer.body())
          : problem("status " + answer.status());
    }
    return problem(given instanceof Remote.Answer.Unavailable no ? no.cause() : "the call failed");
  }

  private static RightsAnswer problem(String problem) {
    return new RightsAnswer(false, 0, problem);
  }

  private static RightsAnswer read(@Nullable String body) {
    if (body == null) {
      return problem("its answer must be UTF-8");
    }
    try (JsonParser parser = JsonText.parser(body)) {
      return read(parser);
    } catch (IOException e) {
      return problem("its answer must be JSON");
    }
  }

  private static RightsAnswer read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return problem("its answer must be an object");
    }
    Boolean allow = null;
    long holds = HOLDS_MILLIS;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("allow")) {
        if (!value.isBoolean()) {
          return problem("its answer's allow must be true or false");
        }
        allow = parser.getBooleanValue();
      } else if (name.equals("for")) {
        Matcher time = FOR.matcher(value == JsonToken.VALUE_STRING ? parser.getText() : "");
        if (!time.matches()) {
          return problem("its answer's for must be a time such as 60s");
        }
        holds = millis(time);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      return problem("its answer must be one object");
    }
    return allow == null
        ? problem("its answer must have allow")
        : new RightsAnswer(allow, Math.max(SHORTEST_MILLIS, Math.min(holds, LONGEST_MILLIS)), null);
  }

  private static long millis(Matcher time) {
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> number;
      case "s" -> TimeUnit.SECONDS.toMillis(number);
      case "m" -> TimeUnit.MINUTES.toMillis(number);
      case "h" -> TimeUnit.HOURS.toMillis(number);
      default -> TimeUnit.DAYS.toMillis(number);
    };
  }
}
