package io.heartline.client;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something to be published. Made by {@link #toChannel}, {@link #toChannels}, {@link #toUser} or
 * {@link #toUsers}.
 */
public final class Message {
  private final String field;
  private final List<String> targets;
  private final String data;
  private final @Nullable String id;

  private Message(String field, Collection<String> targets, String data, @Nullable String id) {
    this.field = field;
    this.targets = List.copyOf(targets);
    this.data = data;
    this.id = id;
  }

  private static Message of(String field, Collection<String> targets, String json) {
    String problem = Json.problem(json);
    if (problem != null) {
      throw new IllegalArgumentException("data must be one JSON value: " + problem);
    }
    return new Message(field, targets, json, null);
  }

  /**
   * Returns a message for a channel.
   *
   * @param json the data: one JSON value, such as {@code {"order":42}} or {@code "shipped"} in its
   *     quotes
   * @throws IllegalArgumentException if it cannot be one JSON value
   */
  public static Message toChannel(String channel, String json) {
    return of("channel", List.of(channel), json);
  }

  /**
   * Returns a message for several channels: it is published to all of them or to none.
   *
   * @param json the data: one JSON value
   * @throws IllegalArgumentException if it cannot be one JSON value
   */
  public static Message toChannels(Collection<String> channels, String json) {
    return of("channels", channels, json);
  }

  /**
   * Returns a message for one user alone.
   *
   * @param json the data: one JSON value
   * @throws IllegalArgumentException if it cannot be one JSON value
   */
  public static Message toUser(String user, String json) {
    return of("user", List.of(user), json);
  }

  /**
   * Returns a message for several users, each of whom reads it alone.
   *
   * @param json the data: one JSON value
   * @throws IllegalArgumentException if it cannot be one JSON value
   */
  public static Message toUsers(Collection<String> users, String json) {
    return of("users", users, json);
  }

  /**
   * Returns the same message with an id of your own: what is published twice with one id within an
   * hour arrives once. Without one the client makes an id, which makes its own retries safe; with
   * one of yours, such as {@code order-42-paid}, yours are safe too, also after a restart of your
   * server.
   *
   * @param id 1 to 128 visible ASCII characters
   */
  public Message withId(String id) {
    return new Message(field, targets, data, Objects.requireNonNull(id));
  }

  /** @param otherwise the id if it has none of its own */
  String json(String otherwise) {
    StringBuilder json = new StringBuilder(data.length() + 96).append("{\"").append(field);
    json.append("\":");
    if (field.endsWith("s")) {
      for (int i = 0; i < targets.size(); i++) {
        json.append(i == 0 ? '[' : ',');
        Json.appendQuoted(json, targets.get(i));
      }
      json.append(targets.isEmpty() ? "[]" : "]");
    } else {
      Json.appendQuoted(json, targets.get(0));
    }
    json.append(",\"data\":").append(data).append(",\"id\":");
    Json.appendQuoted(json, id == null ? otherwise : id);
    return json.append('}').toString();
  }

  /** Shows to whom it is, and not what is in it. */
  @Override
  public String toString() {
    return field + " " + String.join(", ", targets);
  }
}
