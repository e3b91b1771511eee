package io.heartline.engine;

import io.heartline.log.Start;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Told what happens to lines: the port for metrics, logs and whatever else wants to know. Called on
 * the thread where it happens, outside all locks, so it must return at once. The words are those of
 * a line's life, see the description of the package.
 */
public interface LineEvents {
  /** A line was let in; who it belongs to is not known yet. */
  default void opened(Line line) {}

  /** A line has its identity and its seat, and begins to read. */
  default void welcomed(Line line) {}

  /** A line reads a channel. */
  default void subscribed(Line line, Subscription subscription, Start start) {}

  /** A line no longer reads a channel. Not told when the line ends. */
  default void unsubscribed(Line line, Subscription subscription) {}

  /**
   * A command was refused; the line lives on.
   *
   * @param code one word, as the client is told
   * @param about the channel or command it is about, or null
   */
  default void refused(Line line, String code, @Nullable String about) {}

  /** A write was handed to the network. */
  default void written(Line line, Outgoing outgoing) {}

  /** A line's last write met a full socket, and the one before had not. */
  default void slow(Line line) {}

  /** What a line still gets of what was published before it subscribed has to wait. */
  default void held(Line line) {}

  /**
   * A line is gone; nothing follows.
   *
   * @param code as the container reports it, or ours
   * @param status why we closed it; null if the client or the network did
   * @param reason what the client or the container says about it; may be empty
   */
  default void closed(Line line, int code, @Nullable CloseStatus status, String reason) {}
}
