package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory of what all lines' clients have begun and not ended: messages of which parts
 * have come, commands that come in several messages, and commands that a client holds back. Each
 * line may keep a little of each kind uncounted, about as much as an open line costs anyway, so
 * that ordinary messages get through whatever others do. Anything more counts against a share.
 * There are several of them, so that lines which have not sent anything whole yet, and lines which
 * hold commands back for as long as they like, cannot take the room of the others. When a share is
 * full, the lines that began last are given up.
 */
public final class Unfinished {
  /** What a line may keep uncounted, in bytes of heap. */
  static final int UNCOUNTED = 8 * 1024;

  /** All lines together may take one part in this many of the heap. */
  private static final int OF_HEAP = 64;

  /** One part in this many of that is for newcomers, another one for what is held back. */
  private static final int OF_ALL = 4;

  /** A command's headers, and what a builder of text keeps besides, in bytes at worst. */
  private static final int BESIDES = 256 * 1024;

  private final Share newcomers;
  private final Share others;
  private final Share heldBack;

  /**
   * @param heapBytes the largest size of the heap
   * @param messageBytes the largest message; each share has room for at least one
   */
  public Unfinished(long heapBytes, int messageBytes) {
    long most = 4L * messageBytes + BESIDES; // twice as long a builder, two bytes per character
    long all = heapBytes / OF_HEAP;
    long part = all / OF_ALL;
    newcomers = new Share(Math.max(most, part));
    heldBack = new Share(Math.max(most, part));
    others = new Share(Math.max(most, all - 2 * part));
  }

  /**
   * Returns the share for what must end soon.
   *
   * @param spoke whether the line has sent something whole before
   */
  public Share soon(boolean spoke) {
    return spoke ? others : newcomers;
  }

  /** Returns the share for commands that are held back. */
  Share heldBack() {
    return heldBack;
  }

  /** The memory for one kind of line. */
  public static final class Share {
    private final long limit;

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private long lastNumber;

    /** Whoever holds some of it, in the order in which they began to. */
    @GuardedBy("this")
    private final TreeMap<Long, Holder> holders = new TreeMap<>();

    private Share(long limit) {
      this.limit = limit;
    }

    /**
     * Returns a holder, which holds nothing yet.
     *
     * @param giveUp makes it give up what it holds; run once, under no lock, on any thread
     */
    public Holder holder(Runnable giveUp) {
      return new Holder(giveUp);
    }

    public synchronized long held() {
      return held;
    }

    public long limit() {
      return limit;
    }

    /** What one line holds of the share. */
    public final class Holder {
      private final Runnable giveUp;

      /** Its number in the order; null while it holds nothing. Guarded by the share. */
      private @Nullable Long number;

      /** Guarded by the share. */
      private long bytes;

      private Holder(Runnable giveUp) {
        this.giveUp = giveUp;
      }

      /**
       * Sets how many bytes are held now.
       *
       * @return whom to make give up, under no lock: they no longer hold anything here. May include
       *     this one
       */
      public List<Runnable> holds(long now) {
        synchronized (Share.this) {
          if (now <= UNCOUNTED) {
            if (number != null) {
              holders.remove(number);
              held -= leave();
            }
            return List.of();
          }
          if (number == null) {
            number = ++lastNumber;
            holders.put(number, this);
          }
          held += now - bytes;
          bytes = now;
          return newestBeyondLimit();
        }
      }

      /** Releases everything: what was begun has ended or is given up. */
      public void holdsNothing() {
        holds(0);
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
    private List<Runnable> newestBeyondLimit() {
      if (held <= limit) {
        return List.of();
      }
      List<Runnable> given = new ArrayList<>();
      while (held > limit) {
        Holder newest = holders.pollLastEntry().getValue();
        held -= newest.leave();
        given.add(newest.giveUp);
      }
      return given;
    }
  }
}
