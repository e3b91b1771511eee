package io.heartline.store.window;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.ChannelLog;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel's newest publications and the lock that guards them. */
public final class Window {
  /**
   * What a channel holds at a given moment.
   *
   * @param base the position just before the first publication
   */
  public record Content(Position base, List<Publication> publications) {}

  /**
   * What became of a message.
   *
   * @param isNew false if its id was already taken
   * @param grownBy by how many bytes of memory the channel grew; negative if more was trimmed than
   *     appended
   */
  public record Appended(Position position, boolean isNew, long grownBy) {}

  private final ChannelName name;
  private final Retention retention;

  @GuardedBy("this")
  private final ChannelLog log;

  /** How many readers and publishers use it now; guarded by the {@link Windows}. */
  int pins;

  /** Somebody has published to it, or is about to; guarded by the {@link Windows}. */
  boolean claimed;

  Window(ChannelName name, Position base, Retention retention) {
    this.name = name;
    this.retention = retention;
    log = new ChannelLog(base);
  }

  public ChannelName name() {
    return name;
  }

  /**
   * Appends a publication, which must follow the head.
   *
   * @return by how many bytes the channel grew; negative if more was trimmed than appended
   */
  synchronized long append(Publication publication, long epochMicros) {
    long before = log.bytes();
    log.append(publication);
    log.trim(retention, epochMicros);
    return log.bytes() - before;
  }

  /**
   * Gives a message the next position and appends it, unless its id was already taken.
   *
   * @param key of the draft's id; null if it has none
   */
  synchronized Appended append(Draft draft, @Nullable IdKey key, Ids ids, long epochMicros) {
    Position known = key == null ? null : ids.find(key, epochMicros);
    if (known != null) {
      return new Appended(known, false, 0);
    }
    Position position = ChannelLog.next(log.head(), epochMicros);
    long grownBy = append(new Publication(position, draft.data(), draft.id()), epochMicros);
    if (key != null) {
      ids.take(new Ids.Taken(key, position, epochMicros));
    }
    return new Appended(position, true, grownBy);
  }

  /** Drops what exceeds the retention. Returns how many bytes that freed. */
  synchronized long trim(long epochMicros) {
    long before = log.bytes();
    log.trim(retention, epochMicros);
    return before - log.bytes();
  }

  /** Drops the oldest publication. Returns how many bytes that freed; 0 if there was none. */
  synchronized long dropOldest() {
    long before = log.bytes();
    if (!log.isEmpty()) {
      log.dropOldest();
    }
    return before - log.bytes();
  }

  synchronized long bytes() {
    return log.bytes();
  }

  synchronized boolean neverUsed() {
    return log.head().offset() == 0;
  }

  /** Returns the position of the newest publication. */
  public synchronized Position head() {
    return log.head();
  }

  /** Returns what the channel holds now. */
  public synchronized Content content() {
    return new Content(log.base(), log.retained());
  }

  synchronized Start start(From from) {
    return log.start(from);
  }

  synchronized Reading read(Position after, int maxBytes) {
    return log.read(after, maxBytes);
  }

  /** Returns a view for one reader. */
  Store.View view(Runnable closed) {
    return new Store.View() {
      @Override
      public Position head() {
        return Window.this.head();
      }

      @Override
      public Reading read(Position after, int maxBytes) {
        return Window.this.read(after, maxBytes);
      }

      @Override
      public void close() {
        closed.run();
      }
    };
  }
}
