package io.heartline.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Cluster.Seen;
import io.heartline.engine.NodeMessage.Change;
import io.heartline.engine.NodeMessage.Readers;
import io.heartline.model.Block;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How nodes write to each other: {@code face 1 <verb> <values>}. The 1 is the version. The values
 * are a JSON array that holds exactly what the verb needs.
 */
final class NodeMessageText {
  /** The first word, by which these differ from other messages on the same bus. */
  static final String WORD = "face ";

  private static final String HEAD = WORD + "1 ";

  private NodeMessageText() {}

  static String write(NodeMessage message) {
    if (message instanceof NodeMessage.Close close) {
      return text(
          "close", close.ask(), target(close.target()), close.status().cause().word());
    } else if (message instanceof NodeMessage.Closed closed) {
      return text("closed", closed.ask(), (long) closed.lines());
    } else if (message instanceof NodeMessage.Find find) {
      return text("find", find.ask(), target(find.target()));
    } else if (message instanceof NodeMessage.Found found) {
      List<Object> lines = each(
          found.lines(),
          seen -> List.of(seen.line(), seen.door(), seen.address(), seen.sinceMillis()));
      return text("found", found.ask(), (long) found.count(), found.expiresAtMillis(), lines);
    } else if (message instanceof NodeMessage.Who who) {
      return text("who", who.ask(), who.channel().text());
    } else if (message instanceof NodeMessage.Told told) {
      return text("told", told.ask(), here(told.here()));
    } else if (message instanceof NodeMessage.Pulse pulse) {
      return text("pulse", pulse.number(), pulse.settled(), pulse.leads());
    } else if (message instanceof NodeMessage.Tell) {
      return text("tell");
    } else if (message instanceof NodeMessage.Changed changed) {
      List<Object> changes = each(
          changed.changes(), one -> List.of(one.channel().text(), one.user().id(), one.reads()));
      return text("changed", changed.number(), changes);
    } else if (message instanceof NodeMessage.All all) {
      List<Object> readers =
          each(all.readers(), one -> List.of(one.channel().text(), each(one.users(), User::id)));
      return text("all", all.number(), (long) all.part(), (long) all.parts(), readers);
    } else if (message instanceof NodeMessage.Answered answered) {
      return text("answered", answered.channel().text());
    }
    return text("watched", ((NodeMessage.Watched) message).channel().text());
  }

  private static <T> List<Object> each(List<T> all, Function<T, Object> written) {
    return all.stream().map(written).toList();
  }

  private static List<Object> target(Target target) {
    if (target instanceof Target.Known known) {
      return known.whom() instanceof Whom.OneUser one
          ? List.of("user", one.user().id())
          : List.of("token", ((Whom.Token) known.whom()).id());
    }
    return target instanceof Target.Session session
        ? List.of("session", session.id())
        : List.of("line", ((Target.OneLine) target).id());
  }

  private static List<Object> here(@Nullable Here here) {
    if (here == null) {
      return List.of();
    }
    String position = here.position() == null ? "" : here.position().toString();
    return List.of(
        position,
        (long) here.count(),
        each(here.users(), User::id),
        List.copyOf(here.coverage().missing()));
  }

  private static String text(String verb, Object... values) {
    StringBuilder text = new StringBuilder(HEAD).append(verb).append(' ');
    append(text, List.of(values));
    return text.toString();
  }

  private static void append(StringBuilder text, Object value) {
    if (value instanceof String string) {
      JsonText.appendQuoted(text, string);
    } else if (value instanceof List<?> list) {
      String comma = "[";
      for (Object one : list) {
        append(text.append(comma), one);
        comma = ",";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else {
      text.append(value);
    }
  }

  /** Returns what a text says; empty if it is not understood, such as one of another version. */
  static Optional<NodeMessage> read(String text) {
    int end = text.indexOf(' ', HEAD.length());
    if (!text.startsWith(HEAD) || end < 0) {
      return Optional.empty();
    }
    try (JsonParser parser = JsonText.parser(text.substring(end + 1))) {
      parser.nextToken();
      Values values = new Values(list(parser));
      NodeMessage message = message(text.substring(HEAD.length(), end), values);
      values.end();
      return parser.nextToken() == null ? Optional.of(message) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static NodeMessage message(String verb, Values values) {
    return switch (verb) {
      case "close" ->
        new NodeMessage.Close(values.number(), target(values.values()), status(values.text()));
      case "closed" -> new NodeMessage.Closed(values.number(), values.small());
      case "find" -> new NodeMessage.Find(values.number(), target(values.values()));
      case "found" ->
        new NodeMessage.Found(
            values.number(),
            values.small(),
            values.number(),
            values.each(one -> new Seen(one.text(), one.text(), one.text(), one.number())));
      case "who" -> new NodeMessage.Who(values.number(), values.channel());
      case "told" -> new NodeMessage.Told(values.number(), here(values.values()));
      case "pulse" -> new NodeMessage.Pulse(values.number(), values.truth(), values.truth());
      case "tell" -> new NodeMessage.Tell();
      case "changed" ->
        new NodeMessage.Changed(
            values.number(),
            values.each(one -> new Change(one.channel(), new User(one.text()), one.truth())));
      case "all" ->
        new NodeMessage.All(
            values.number(),
            values.small(),
            values.small(),
            values.each(one -> new Readers(one.channel(), one.users())));
      case "answered" -> new NodeMessage.Answered(values.channel());
      case "watched" -> new NodeMessage.Watched(values.channel());
      default -> throw new IllegalArgumentException("no such verb");
    };
  }

  private static Target target(Values values) {
    String kind = values.text();
    String id = values.text();
    values.end();
    return switch (kind) {
      case "user" -> new Target.Known(new Whom.OneUser(new User(id)));
      case "token" -> new Target.Known(new Whom.Token(id));
      case "session" -> new Target.Session(id);
      case "line" -> new Target.OneLine(id);
      default -> throw new IllegalArgumentException("no such target");
    };
  }

  private static CloseStatus status(String word) {
    CloseStatus status = Block.STATUSES.get(word);
    if (status == null) {
      throw new IllegalArgumentException("no such reason");
    }
    return status;
  }

  private static @Nullable Here here(Values values) {
    if (values.isEmpty()) {
      return null;
    }
    String position = values.text();
    int count = values.small();
    List<User> users = values.users();
    Set<String> missing = values.names();
    values.end();
    return new Here(
        users,
        count,
        position.isEmpty()
            ? null
            : Position.parse(position)
                .orElseThrow(() -> new IllegalArgumentException("no position")),
        new Coverage(missing.isEmpty(), missing));
  }

  private static List<Object> list(JsonParser parser) throws IOException {
    require(parser.currentToken() == JsonToken.START_ARRAY);
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (Objects.requireNonNull(parser.currentToken())) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_ARRAY -> list(parser);
      default -> throw new IllegalArgumentException("not expected here");
    };
  }

  private static void require(boolean fine) {
    if (!fine) {
      throw new IllegalArgumentException("not what the verb needs");
    }
  }

  /** Values that are taken one after the other. */
  private static final class Values {
    private final Iterator<?> rest;

    Values(List<?> values) {
      rest = values.iterator();
    }

    private <T> T next(Class<T> type) {
      require(rest.hasNext());
      Object value = rest.next();
      require(type.isInstance(value));
      return type.cast(value);
    }

    String text() {
      return next(String.class);
    }

    long number() {
      return next(Long.class);
    }

    int small() {
      long number = number();
      require(number >= 0 && number <= Integer.MAX_VALUE);
      return (int) number;
    }

    boolean truth() {
      return next(Boolean.class);
    }

    ChannelName channel() {
      return new ChannelName(text());
    }

    Values values() {
      return new Values(next(List.class));
    }

    List<User> users() {
      List<User> users = new ArrayList<>();
      Values each = values();
      while (!each.isEmpty()) {
        users.add(new User(each.text()));
      }
      return users;
    }

    Set<String> names() {
      Set<String> names = new TreeSet<>();
      Values each = values();
      while (!each.isEmpty()) {
        names.add(each.text());
      }
      return names;
    }

    <T> List<T> each(Function<Values, T> read) {
      List<T> all = new ArrayList<>();
      Values each = values();
      while (!each.isEmpty()) {
        Values one = each.values();
        all.add(read.apply(one));
        one.end();
      }
      return all;
    }

    boolean isEmpty() {
      return !rest.hasNext();
    }

    void end() {
      require(isEmpty());
    }
  }
}
