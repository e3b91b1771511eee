package io.heartline.transport.websocket;

import io.heartline.engine.Arrival;
import io.heartline.protocol.Query;
import io.heartline.transport.session.UpgradeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a raw client asks for in its URL: {@code ?since=} and {@code ?beat=}. */
public record RawQuery(String since, @Nullable Duration beat) {
  /** The longest beat that a URL may ask for, in seconds. */
  private static final int MAX_BEAT = 3600;

  /**
   * Reads it before the upgrade: afterwards a raw client cannot be told what is wrong.
   *
   * @throws io.heartline.protocol.BadParameter if a parameter breaks its rule
   */
  public static RawQuery read(Query query) {
    return new RawQuery(
        Objects.requireNonNullElse(query.one("since"), ""), query.seconds("beat", 1, MAX_BEAT));
  }

  Arrival arrival(UpgradeRequest upgrade) {
    return new Arrival(
        upgrade.address(), upgrade.identity(), upgrade.heads(), since, beat, List.of());
  }
}
