package io.heartline.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.heartline.engine.Draft;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.PublicationId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"channel"|"channels"|"user"|"users": ..., "data": any JSON, "id"?: text}}. Unknown
 * fields are refused, because they are usually typos.
 */
final class PublishRequest {
  /** The most targets in one message. */
  static final int MAX_TARGETS = 1000;

  private final String body;
  private final List<ChannelName> targets = new ArrayList<>(1);

  /** The field that named the targets; null until it is read. */
  private @Nullable String targetField;

  private @Nullable String data;
  private @Nullable String id;

  private PublishRequest(String body) {
    this.body = body;
  }

  /** Returns one draft per target, at least one. */
  static List<Draft> read(String body) {
    PublishRequest request = new PublishRequest(body);
    try (JsonParser parser = JsonText.parser(body)) {
      request.object(parser);
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("body", JsonText.problem(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // reading from a string does no I/O
    }
    return request.drafts();
  }

  private void object(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw Refusal.badRequest("body", "must be a JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "data" -> data = JsonText.value(parser, body);
        case "id" -> id = id(string(parser, field));
        case "channel" -> targets(field, List.of(string(parser, field)), false);
        case "channels" -> targets(field, strings(parser, field), false);
        case "user" -> targets(field, List.of(string(parser, field)), true);
        case "users" -> targets(field, strings(parser, field), true);
        default ->
          throw Refusal.badRequest(
              clipped(field), "is not known; known are channel, channels, user, users, data, id");
      }
    }
    if (parser.nextToken() != null) {
      throw Refusal.badRequest("body", "must be one JSON object");
    }
  }

  private void targets(String field, List<String> names, boolean users) {
    if (targetField != null) {
      throw Refusal.badRequest(
          field,
          "must be the only one of channel, channels, user, users; there is also " + targetField);
    }
    targetField = field;
    for (int i = 0; i < names.size(); i++) {
      String where = field.endsWith("s") ? field + "[" + i + "]" : field;
      String problem = users ? User.problem(names.get(i)) : ChannelName.problem(names.get(i));
      if (problem != null) {
        throw Refusal.badRequest(where, problem);
      }
      ChannelName target = users ? new User(names.get(i)).channel() : new ChannelName(names.get(i));
      if (target.watched() != null) {
        throw Refusal.badRequest(
            where, "must not end in #presence: only Heartline tells who is in a channel");
      }
      targets.add(target);
    }
  }

  private List<Draft> drafts() {
    if (targetField == null) {
      throw Refusal.badRequest("channel", "must be given, or one of channels, user, users");
    }
    if (targets.isEmpty() || targets.size() > MAX_TARGETS) {
      throw Refusal.badRequest(
          targetField, "must name 1 to " + MAX_TARGETS + " targets: " + targets.size());
    }
    String data = this.data;
    if (data == null) {
      throw Refusal.badRequest("data", "must be given");
    }
    return targets.stream().map(channel -> new Draft(channel, data, id)).toList();
  }

  private static String id(String text) {
    String problem = PublicationId.problem(text);
    if (problem != null) {
      throw Refusal.badRequest("id", problem);
    }
    return text;
  }

  private static String string(JsonParser parser, String field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw Refusal.badRequest(field, "must be a string");
    }
    return parser.getText();
  }

  private static List<String> strings(JsonParser parser, String field) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw Refusal.badRequest(field, "must be an array of strings");
    }
    List<String> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(string(parser, field + "[" + values.size() + "]"));
    }
    return values;
  }

  private static String clipped(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64);
  }
}
