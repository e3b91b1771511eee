package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the begun messages of all lines may take in memory: a client may begin a message and
 * never end it. Each line may keep a little without being counted, about as much as an open line
 * costs anyway, so that ordinary messages get through whatever others do. What is more counts
 * against one of two shares, so that lines which have said nothing whole yet cannot take the room
 * of those that have. Where a share is full, the lines that began last are closed.
 */
public final class Unfinished {
  /** What a line may keep uncounted, in bytes of heap. */
  static final int UNCOUNTED = 8 * 1024;

  /** The part of the heap that all may take. */
  private static final int OF_HEAP = 64;

  /** The part of that for lines that have said nothing whole yet. */
  private static final int OF_NEWCOMERS = 4;

  /** Of lines that have not said a whole message yet. */
  final Share newcomers;

  /** Of lines that have. */
  final Share others;

  /**
   * @param heapBytes the largest heap
   * @param messageBytes the largest message: each share has room for one at least
   */
  public Unfinished(long heapBytes, int messageBytes) {
    long most = 2L * messageBytes; // two bytes a character at worst
    long all = heapBytes / OF_HEAP;
    newcomers = new Share(Math.max(most, all / OF_NEWCOMERS));
    others = new Share(Math.max(most, all - all / OF_NEWCOMERS));
  }

  /** A part of the memory, for one kind of lines. */
  static final class Share {
    private final long limit;

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private long lastNumber;

    /** Those that hold some of it, in the order in which they began. */
    @GuardedBy("this")
    private final TreeMap<Long, Holder> holders = new TreeMap<>();

    private Share(long limit) {
      this.limit = limit;
    }

    /** Returns a message that holds nothing yet. */
    Holder holder(Message message) {
      return new Holder(message);
    }

    synchronized long held() {
      return held;
    }

    long limit() {
      return limit;
    }

    /** What one message holds of the share. */
    final class Holder {
      private final Message message;

      /** Where it stands in the order; null while it holds nothing. Guarded by the share. */
      private @Nullable Long number;

      /** Guarded by the share. */
      private long bytes;

      private Holder(Message message) {
        this.message = message;
      }

      /**
       * Says how much the message holds now.
       *
       * @return those that must be given up for it, which hold nothing any more; may be itself
       */
      List<Message> holds(long now) {
        synchronized (Share.this) {
          if (number == null) {
            number = ++lastNumber;
            holders.put(number, this);
          }
          held += now - bytes;
          bytes = now;
          return newestBeyondLimit();
        }
      }

      /** The message has ended, or is given up. */
      void holdsNothing() {
        synchronized (Share.this) {
          if (number != null) {
            holders.remove(number);
            held -= leave();
          }
        }
      }

      /** Returns what it held and holds no more. Called with the share's lock held. */
      private long leave() {
        long left = bytes;
        bytes = 0;
        number = null;
        return left;
      }
    }

    @GuardedBy("this")
    private List<Message> newestBeyondLimit() {
      if (held <= limit) {
        return List.of();
      }
      List<Message> given = new ArrayList<>();
      while (held > limit) {
        Holder newest = holders.pollLastEntry().getValue();
        held -= newest.leave();
        given.add(newest.message);
      }
      return given;
    }
  }
}
