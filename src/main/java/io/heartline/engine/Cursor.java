package io.heartline.engine;

import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * How far one line has read one channel. All but the references is guarded by the line's
 * {@link Writer}, which hands it to its {@link Outbox}.
 */
final class Cursor {
  private final Channel channel;
  private final Writer writer;

  /** Everything up to here was written; null until it has begun. */
  @Nullable
  Position at;

  /** It stands in the outbox's queue. */
  boolean dirty;

  /** Nothing of this channel may be written any more. */
  boolean ended;

  Cursor(Channel channel, Writer writer) {
    this.channel = channel;
    this.writer = writer;
  }

  Channel channel() {
    return channel;
  }

  Writer writer() {
    return writer;
  }
}
