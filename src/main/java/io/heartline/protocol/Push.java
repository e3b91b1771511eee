package io.heartline.protocol;

import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.GapReason;
import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/** What the server tells a client beside publications. Times in milliseconds. */
public sealed interface Push {
  /**
   * The answer to a line's first frame.
   *
   * @param time since 1970
   * @param maxMessageBytes the largest message a client may send
   */
  record Welcome(
      String line,
      @Nullable String instance,
      @Nullable String user,
      long beat,
      long grace,
      long time,
      int maxMessageBytes,
      int maxChannels)
      implements Push {}

  record Subscribed(ChannelName channel, Start start) implements Push {}

  /** @param reason null if the client asked for it */
  record Unsubscribed(ChannelName channel, @Nullable String reason) implements Push {}

  record Gap(ChannelName channel, Position position, GapReason reason) implements Push {}

  /** @param time since 1970 */
  record Beat(long time) implements Push {}

  record Probed(long number) implements Push {}

  /** @param delay before the client comes back */
  record Bye(CloseStatus status, boolean reconnect, long delay) implements Push {}

  /** @param in before the HTTP session ends that the line is bound to */
  record Expiring(long in) implements Push {}

  record Error(String code, String message, @Nullable String about) implements Push {}

  /** A greeting or an answer of a raw door. */
  record Text(String text) implements Push {}
}
