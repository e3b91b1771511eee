package io.heartline.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Command;
import io.heartline.protocol.Command.Publish.Needs;
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.PublicationId;
import io.heartline.protocol.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of a page. It must have one key that names a command; unknown keys are ignored.
 */
final class CommandReader {
  /** The longest name a page may give itself, in characters. */
  static final int MAX_INSTANCE = 64;

  private enum Kind {
    HELLO,
    SUBSCRIBE,
    UNSUBSCRIBE,
    BEAT,
    PROBE,
    PUBLISH
  }

  private @Nullable Kind kind;
  private @Nullable String channel;
  private @Nullable String after;
  private @Nullable Integer last;
  private @Nullable String token;

  /** What stands beside a command, or is one. */
  private @Nullable String shown;

  private @Nullable String instance;
  private @Nullable String was;
  private boolean take;
  private long probe;

  private @Nullable String data;

  /** Null if there is none, or a wrong one. */
  private @Nullable String id;

  /** The rule that the id breaks, or null. */
  private @Nullable String idProblem;

  private final String object;

  private CommandReader(String object) {
    this.object = object;
  }

  /** Returns the command, or a {@link Command.Refused} that says why there is none. */
  static Command read(String object) {
    CommandReader reader = new CommandReader(object);
    try (JsonParser parser = JsonText.parser(object)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return malformed("must be a JSON object");
      }
      reader.fields(parser, true);
      if (parser.nextToken() != null) {
        return malformed("must be one JSON object per line");
      }
      return reader.command();
    } catch (Unfit e) {
      return new Command.Refused("malformed", e.field + " " + e.rule, reader.about(), reader.id);
    } catch (JsonProcessingException e) {
      return malformed(JsonText.problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private void fields(JsonParser parser, boolean outer) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (outer) {
        outer(parser, name);
      } else {
        hello(parser, name);
      }
    }
  }

  private void outer(JsonParser parser, String name) throws IOException {
    switch (name) {
      case "hello" -> {
        is(Kind.HELLO);
        expect(parser.currentToken() == JsonToken.START_OBJECT, "hello", "must be an object");
        fields(parser, false);
      }
      case "subscribe" -> {
        is(Kind.SUBSCRIBE);
        channel = string(parser, name);
      }
      case "unsubscribe" -> {
        is(Kind.UNSUBSCRIBE);
        channel = string(parser, name);
      }
      case "publish" -> {
        is(Kind.PUBLISH);
        channel = string(parser, name);
      }
      case "data" -> data = JsonText.value(parser, object);
      case "id" -> id(parser);
      case "token" -> shown = string(parser, name);
      case "probe" -> {
        is(Kind.PROBE);
        probe = integer(parser, name);
      }
      case "beat" -> {
        is(Kind.BEAT);
        parser.skipChildren();
      }
      case "after" -> after = string(parser, name);
      case "last" -> {
        long count = integer(parser, name);
        expect(count >= 0, name, "must be 0 or more: " + count);
        last = (int) Math.min(count, Integer.MAX_VALUE);
      }
      default -> parser.skipChildren();
    }
  }

  private void hello(JsonParser parser, String name) throws IOException {
    switch (name) {
      case "instance" -> {
        String text = string(parser, "hello.instance");
        boolean fits = !text.isEmpty()
            && text.length() <= MAX_INSTANCE
            && text.chars().allMatch(c -> c > ' ' && c < 127);
        expect(
            fits, "hello.instance", "must have 1 to " + MAX_INSTANCE + " visible ASCII characters");
        instance = text;
      }
      case "token" -> token = string(parser, "hello.token");
      case "as" -> was = string(parser, "hello.as");
      case "take" -> {
        expect(parser.currentToken().isBoolean(), "hello.take", "must be true or false");
        take = parser.getBooleanValue();
      }
      default -> parser.skipChildren();
    }
  }

  private Command command() {
    if (kind == null && shown != null) {
      return new Command.Token(shown);
    }
    expect(
        shown == null || kind == Kind.SUBSCRIBE,
        "token",
        "must be the only command of its object, or stand beside subscribe");
    if (kind == null) {
      return new Command.Refused(
          "unknown",
          "must have one of hello, subscribe, unsubscribe, publish, token, probe, beat",
          null);
    }
    return switch (kind) {
      case HELLO -> new Command.Hello(instance, token, was, take);
      case BEAT -> new Command.Beat();
      case PROBE -> new Command.Probe(probe);
      case SUBSCRIBE ->
        onChannel(
            name -> new Command.Subscribe(Subscription.of(name), from(), AckMode.NONE, shown));
      case UNSUBSCRIBE -> onChannel(name -> new Command.Unsubscribe(Subscription.of(name)));
      case PUBLISH -> {
        expect(idProblem == null, "id", String.valueOf(idProblem));
        expect(data != null, "data", "must be given");
        String given = given(data);
        yield onChannel(name -> new Command.Publish(name, given, Needs.PUBLISHING, id));
      }
    };
  }

  private Command onChannel(Function<ChannelName, Command> command) {
    String text = given(channel);
    String problem = ChannelName.problem(text);
    return problem == null
        ? command.apply(new ChannelName(text))
        : new Command.Refused("channel", "channel " + problem, Excerpt.of(text), id);
  }

  private From from() {
    if (after != null) {
      return From.after(after);
    }
    return last == null ? new From.Now() : new From.Last(last);
  }

  private void is(Kind next) {
    expect(
        kind == null,
        next.name().toLowerCase(Locale.ROOT),
        "must be the only command of its object");
    kind = next;
  }

  /** A wrong one matters only if the object turns out to be a publication. */
  private void id(JsonParser parser) throws IOException {
    boolean isText = parser.currentToken() == JsonToken.VALUE_STRING;
    String text = isText ? parser.getText() : "";
    parser.skipChildren();
    idProblem = isText ? PublicationId.problem(text) : "must be a string";
    id = idProblem == null ? text : null;
  }

  private @Nullable String about() {
    return channel == null ? null : Excerpt.of(channel);
  }

  private static String string(JsonParser parser, String name) throws IOException {
    expect(parser.currentToken() == JsonToken.VALUE_STRING, name, "must be a string");
    return parser.getText();
  }

  private static long integer(JsonParser parser, String name) throws IOException {
    boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    expect(fits, name, "must be a whole number");
    return parser.getLongValue();
  }

  private static String given(@Nullable String value) {
    if (value == null) {
      throw new IllegalStateException("must have been read together with its command");
    }
    return value;
  }

  private static void expect(boolean fits, String field, String rule) {
    if (!fits) {
      throw new Unfit(field, rule);
    }
  }

  private static Command malformed(String message) {
    return new Command.Refused("malformed", message, null);
  }

  /** A field of the wrong kind. */
  private static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String field;
    final String rule;

    Unfit(String field, String rule) {
      super(field + " " + rule, null, false, false);
      this.field = field;
      this.rule = rule;
    }
  }
}
