package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who reads what. A publish marks its channel, O(1), which is then walked by the pool's threads.
 */
final class Hub {
  private final Store store;
  private final WriterPool pool;
  private final ConcurrentHashMap<ChannelName, Channel> channels = new ConcurrentHashMap<>();

  Hub(Store store, WriterPool pool) {
    this.store = store;
    this.pool = pool;
  }

  /** Adds a reader: from here on every commit marks its cursor. */
  Cursor enter(ChannelName name, Writer writer, From from) {
    Channel channel = channels.compute(name, (n, present) -> {
      Channel entered = present == null ? new Channel(n, store.open(n), pool) : present;
      entered.readers++;
      return entered;
    });
    Cursor cursor = new Cursor(channel, writer);
    channel.add(cursor);
    writer.begin(cursor, from);
    return cursor;
  }

  /** Removes a reader; a channel without readers is let go. */
  void leave(Cursor cursor) {
    channels.computeIfPresent(cursor.channel().name(), (n, channel) -> {
      channel.remove(cursor);
      if (--channel.readers > 0) {
        return channel;
      }
      channel.close();
      return null;
    });
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
