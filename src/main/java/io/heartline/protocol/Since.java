package io.heartline.protocol;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where reading starts, as written in URLs and headers: {@code channel=position,...}, or a bare
 * position if there is only one channel. {@code -n} in place of a position means n publications
 * back. What is not one of our positions becomes a gap, never an error: the client may have it from
 * anywhere.
 */
public final class Since {
  private Since() {}

  /**
   * Returns where to start each channel that the text names, in its order.
   *
   * @param text may be empty
   * @param channels those that a position without a name may mean
   */
  public static Map<ChannelName, From> parse(String text, List<ChannelName> channels) {
    Map<ChannelName, From> since = new LinkedHashMap<>();
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
        ambiguous = true; // handled once, after the loop: a stranger may send thousands of these
      } else if (ChannelName.problem(item.substring(0, equals)) == null) {
        since.put(new ChannelName(item.substring(0, equals)), from);
      }
    }
    if (ambiguous) {
      channels.forEach(channel -> since.put(channel, new From.Unreadable()));
    }
    return since;
  }

  /** Returns the positions as {@code channel=position,...}. */
  public static String write(Map<ChannelName, Position> places) {
    return places.entrySet().stream()
        .map(place -> place.getKey() + "=" + place.getValue())
        .collect(Collectors.joining(","));
  }

  private static From from(String text) {
    if (text.matches("-[0-9]{1,9}")) {
      return new From.Last(Integer.parseInt(text.substring(1)));
    }
    return From.after(text);
  }
}
