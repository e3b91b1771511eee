package io.heartline.engine;

import io.heartline.model.Position;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * How far one line has read one channel. All but the final fields is guarded by the line's
 * {@link Writer}, which hands it to its {@link Outbox}.
 */
final class Cursor {
  private final Channel channel;
  private final Writer writer;
  private final Subscription subscription;
  private final Encoding encoding;

  /** Everything up to here was written; null until it has begun. */
  @Nullable
  Position at;

  /** Where reading has begun; null until it has. */
  @Nullable
  Position began;

  /** The last gap that the client was told of; null if there was none. */
  @Nullable
  Position gap;

  /**
   * The offset of the channel's head when the client subscribed, if it began before that: up to
   * here it catches up.
   */
  long catchesUpTo;

  /** It is in the outbox's queue of cursors whose channels have moved. */
  boolean dirty;

  /** Nothing of this channel may be written any more. */
  boolean ended;

  /** @param encoding how this subscription's publications are written */
  Cursor(Channel channel, Writer writer, Subscription subscription, Encoding encoding) {
    this.channel = channel;
    this.writer = writer;
    this.subscription = subscription;
    this.encoding = encoding;
  }

  /** Returns whether what it reads next was published before the client subscribed. */
  boolean catchesUp() {
    return at != null && at.offset() < catchesUpTo;
  }

  Channel channel() {
    return channel;
  }

  Subscription subscription() {
    return subscription;
  }

  Encoding encoding() {
    return encoding;
  }

  Writer writer() {
    return writer;
  }
}
