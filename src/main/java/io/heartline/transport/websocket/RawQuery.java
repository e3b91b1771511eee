package io.heartline.transport.websocket;

import io.heartline.engine.Arrival;
import io.heartline.transport.session.UpgradeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what a raw client asks for in its URL: {@code ?since=} and {@code ?beat=}. */
final class RawQuery {
  /** The shortest beat that a URL may ask for, in seconds. */
  private static final int MIN_BEAT = 1;

  /** The longest, in seconds. */
  private static final int MAX_BEAT = 3600;

  private RawQuery() {}

  static Arrival arrival(UpgradeRequest upgrade, Map<String, List<String>> query) {
    return new Arrival(
        upgrade.address(),
        upgrade.identity(),
        upgrade.heads(),
        Objects.requireNonNullElse(first(query, "since"), ""),
        beat(first(query, "beat")),
        List.of());
  }

  /** Reads whole seconds. Anything else is ignored, since there is no way to tell a raw client. */
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
