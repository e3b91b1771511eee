package io.heartline.protocol;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where reading starts, as URLs and headers say it: {@code channel=position,...}, or one position
 * where there is one channel. {@code -n} in the place of a position means n publications back. What
 * is no position of ours becomes a gap, never an error: the client may have it from anywhere.
 */
public final class Since {
  private Since() {}

  /**
   * Returns where to start each channel that is named.
   *
   * @param text may be empty
   * @param channels those that a position without a name can stand for
   */
  public static Map<ChannelName, From> parse(String text, List<ChannelName> channels) {
    Map<ChannelName, From> since = new HashMap<>();
    if (text.isEmpty()) {
      return since;
    }
    boolean ambiguous = false;
    for (String item : text.split(",", -1)) {
      int equals = item.indexOf('=');
      From from = from(item.substring(equals + 1));
      if (equals < 0 && channels.size() == 1) {
        since.put(channels.get(0), from);
      } else if (equals < 0) {
        ambiguous = true; // once for all: a stranger may send thousands of them
      } else if (ChannelName.problem(item.substring(0, equals)) == null) {
        since.put(new ChannelName(item.substring(0, equals)), from);
      }
    }
    if (ambiguous) {
      channels.forEach(channel -> since.put(channel, new From.Unreadable()));
    }
    return since;
  }

  /** Returns {@code channel=position,...}. */
  public static String write(Map<ChannelName, Position> places) {
    return places.entrySet().stream()
        .map(place -> place.getKey() + "=" + place.getValue())
        .collect(Collectors.joining(","));
  }

  private static From from(String text) {
    if (text.matches("-[0-9]{1,9}")) {
      return new From.Last(Integer.parseInt(text.substring(1)));
    }
    return Position.parse(text).<From>map(From.After::new).orElseGet(From.Unreadable::new);
  }
}
