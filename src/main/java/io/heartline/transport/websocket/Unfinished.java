package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory of all lines' unfinished messages: a client may begin a message and never end
 * it. Each line may keep a little uncounted, about as much as an open line costs anyway, so that
 * ordinary messages get through whatever others do. Anything more counts against one of two shares,
 * so that lines which have not sent a whole message yet cannot take the room of lines which have.
 * When a share is full, the lines whose messages began last are closed.
 */
public final class Unfinished {
  /** What a line may keep uncounted, in bytes of heap. */
  static final int UNCOUNTED = 8 * 1024;

  /** All lines together may take one part in this many of the heap. */
  private static final int OF_HEAP = 64;

  /** One part in this many of that is for lines that have not sent a whole message yet. */
  private static final int OF_NEWCOMERS = 4;

  /** For lines that have not sent a whole message yet. */
  final Share newcomers;

  /** For lines that have. */
  final Share others;

  /**
   * @param heapBytes the largest size of the heap
   * @param messageBytes the largest message; each share has room for at least one
   */
  public Unfinished(long heapBytes, int messageBytes) {
    long most = 2L * messageBytes; // two bytes per character at worst
    long all = heapBytes / OF_HEAP;
    newcomers = new Share(Math.max(most, all / OF_NEWCOMERS));
    others = new Share(Math.max(most, all - all / OF_NEWCOMERS));
  }

  /** The memory for one kind of line. */
  static final class Share {
    private final long limit;

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private long lastNumber;

    /** The messages that hold some of it, in the order in which they began to. */
    @GuardedBy("this")
    private final TreeMap<Long, Holder> holders = new TreeMap<>();

    private Share(long limit) {
      this.limit = limit;
    }

    /** Returns a holder for a message, which holds nothing yet. */
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

      /** Its number in the order; null while it holds nothing. Guarded by the share. */
      private @Nullable Long number;

      /** Guarded by the share. */
      private long bytes;

      private Holder(Message message) {
        this.message = message;
      }

      /**
       * Sets how many bytes the message holds now.
       *
       * @return the messages to give up to make room, which no longer hold anything here; may
       *     include this one
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

      /** Releases everything: the message has ended or is given up. */
      void holdsNothing() {
        synchronized (Share.this) {
          if (number != null) {
            holders.remove(number);
            held -= leave();
          }
        }
      }

      /** Releases what it held; returns how many bytes. Called with the share's lock held. */
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
