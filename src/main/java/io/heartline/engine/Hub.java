package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Who reads what. A publish marks its channel, O(1); the hub's own thread then walks the channel's
 * cursors and wakes their writers.
 */
final class Hub {
  /**
   * So many lines are handed to the pool at a time: the first ones are written while the rest is
   * walked.
   */
  private static final int BATCH = 64;

  private static final Logger LOG = System.getLogger(Hub.class.getName());

  private final Store store;
  private final WriterPool pool;
  private final ConcurrentHashMap<ChannelName, Channel> channels = new ConcurrentHashMap<>();
  private final BlockingQueue<Channel> marked = new LinkedBlockingQueue<>();

  Hub(Store store, WriterPool pool) {
    this.store = store;
    this.pool = pool;
  }

  /** Adds a reader: from here on every commit marks its cursor. */
  Cursor enter(ChannelName name, Writer writer, From from) {
    Channel channel = channels.compute(name, (n, present) -> {
      Channel entered = present == null ? new Channel(n, store.open(n)) : present;
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
    if (channel != null && channel.mark()) {
      marked.add(channel);
    }
  }

  int channels() {
    return channels.size();
  }

  /** Walks marked channels until interrupted. */
  void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        walkSafely(marked.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped
    }
  }

  /** A channel that cannot be walked costs itself, not the hub. */
  private void walkSafely(Channel channel) {
    try {
      walk(channel);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, () -> "channel " + channel.name() + " could not be walked", e);
    }
  }

  /** Walks one marked channel, if there is one; for tests without threads. */
  boolean turn() {
    Channel channel = marked.poll();
    if (channel == null) {
      return false;
    }
    walk(channel);
    return true;
  }

  private void walk(Channel channel) {
    channel.unmark(); // before the walk: what is published during it marks anew
    List<Writer> woken = new ArrayList<>(BATCH);
    for (Cursor cursor : channel.cursors()) {
      if (cursor.writer().mark(cursor)) {
        woken.add(cursor.writer());
        if (woken.size() == BATCH) {
          pool.ready(woken);
          woken.clear();
        }
      }
    }
    pool.ready(woken);
  }
}
