package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows who reads what. A publish marks its channel in O(1), and the threads of the pool then walk
 * it.
 */
final class Hub {
  private final Store store;
  private final WriterPool pool;
  private final EncodedRanges texts;
  private final ConcurrentHashMap<ChannelName, Channel> channels = new ConcurrentHashMap<>();

  /** @param texts the encoded texts of all channels */
  Hub(Store store, WriterPool pool, EncodedRanges texts) {
    this.store = store;
    this.pool = pool;
    this.texts = texts;
  }

  /**
   * Opens a channel, which may take a while, then adds a reader: from then on every commit marks
   * its cursor.
   *
   * <p>Where the cursor starts was found out before the cursor is known here. What is committed in
   * between lies after that start, and the cursor counts as moved from the beginning. So it is
   * read, and nothing is lost or delivered twice.
   *
   * @return fails with {@link Store.Unavailable} if the channel cannot be read now
   */
  CompletionStage<Entered> enter(
      Subscription subscription, Encoding encoding, Writer writer, From from) {
    return store
        .open(subscription.channel(), from)
        .thenApply(opened -> enter(subscription, encoding, writer, opened));
  }

  /** A reader, and where it starts. */
  record Entered(Cursor cursor, Start start) {}

  private Entered enter(
      Subscription subscription, Encoding encoding, Writer writer, Store.Opened opened) {
    Channel channel = channels.compute(subscription.channel(), (name, present) -> {
      Channel entered = present == null ? new Channel(name, opened.view(), pool, texts) : present;
      entered.readers++;
      return entered;
    });
    if (channel.view() != opened.view()) { // somebody reads it already: one view is enough
      opened.view().close();
    }
    Cursor cursor = new Cursor(channel, writer, subscription, encoding);
    channel.add(cursor);
    writer.startReading(cursor, opened.start());
    return new Entered(cursor, opened.start());
  }

  /** Removes a reader; a channel without readers is closed. */
  void leave(Cursor cursor) {
    Channel channel = cursor.channel();
    channel.remove(cursor);
    boolean others = channels.computeIfPresent(
            channel.name(), (name, present) -> --present.readers > 0 ? present : null)
        != null;
    if (!others) {
      channel.close();
    }
  }

  /** A channel's committed head has moved. */
  void mark(ChannelName name) {
    Channel channel = channels.get(name);
    if (channel != null) {
      channel.moved();
    }
  }

  int channels() {
    return channels.size();
  }
}
