package io.heartline.transport.websocket;

import io.heartline.engine.Arrival;
import io.heartline.engine.Door;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.User;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a raw client asks for in its URL: {@code ?since=} and {@code ?beat=}. */
final class Visit {
  /** Beats asked for in a URL, in seconds. */
  private static final int MIN_BEAT = 1;

  private static final int MAX_BEAT = 3600;

  private Visit() {}

  static Arrival arrival(@Nullable User user, Map<String, List<String>> query, Door door) {
    return new Arrival(
        user,
        since(first(query, "since"), door.channels().apply(user)),
        beat(first(query, "beat")));
  }

  /**
   * One position for a door with one channel, else {@code channel=position,...}. What is no
   * position of ours becomes a gap.
   */
  private static Map<ChannelName, From> since(@Nullable String value, List<ChannelName> channels) {
    Map<ChannelName, From> since = new HashMap<>();
    if (value == null || value.isEmpty()) {
      return since;
    }
    for (String item : value.split(",", -1)) {
      int equals = item.indexOf('=');
      From from = from(item.substring(equals + 1));
      if (equals < 0) {
        channels.forEach(
            channel -> since.put(channel, channels.size() == 1 ? from : new From.Unreadable()));
      } else if (ChannelName.problem(item.substring(0, equals)) == null) {
        since.put(new ChannelName(item.substring(0, equals)), from);
      }
    }
    return since;
  }

  private static From from(String position) {
    return Position.parse(position).<From>map(From.After::new).orElseGet(From.Unreadable::new);
  }

  /**
   * Whole seconds; anything else is taken as not asked for, since a raw client could not be told.
   */
  private static @Nullable Duration beat(@Nullable String value) {
    if (value == null || !value.matches("[0-9]{1,4}")) {
      return null;
    }
    int seconds = Integer.parseInt(value);
    return seconds < MIN_BEAT || seconds > MAX_BEAT ? null : Duration.ofSeconds(seconds);
  }

  private static @Nullable String first(Map<String, List<String>> query, String name) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }
}
