package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Unfinished;
import io.heartline.model.CloseStatus;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the incoming messages of one line from their parts. We count bytes and parts ourselves:
 * Undertow enforces no limit on text, and neither container limits the number of fragments. One
 * thread at a time adds parts; another line's thread may make this one give up its message.
 */
final class Message {
  /**
   * How many parts a message may have. Containers also split large frames, into parts of about 8
   * KiB.
   */
  static final int MAX_PARTS = 1024;

  /** One character above this makes all characters of its text take two bytes each. */
  private static final char LATIN1 = 0xff;

  private final int maxBytes;

  /** Called once, under no lock, with the reason why we stop reading. */
  private final Consumer<CloseStatus> refuse;

  private final Unfinished unfinished;

  @GuardedBy("this")
  private StringBuilder text = new StringBuilder(0);

  @GuardedBy("this")
  private int bytes;

  @GuardedBy("this")
  private int parts;

  /** The text has characters above {@link #LATIN1}. */
  @GuardedBy("this")
  private boolean wide;

  /** What the message holds of one of the shares; null before its first part. */
  @GuardedBy("this")
  private Unfinished.Share.@Nullable Holder holder;

  /** The client has sent a whole message. */
  @GuardedBy("this")
  private boolean spoke;

  /** We no longer read. */
  @GuardedBy("this")
  private boolean over;

  /** @param refuse called once, under no lock, with the reason why we stop reading */
  Message(int maxBytes, Unfinished unfinished, Consumer<CloseStatus> refuse) {
    this.maxBytes = maxBytes;
    this.unfinished = unfinished;
    this.refuse = refuse;
  }

  /**
   * Adds a part. Returns the whole message if this is its last part and no limit is exceeded, else
   * null.
   */
  @Nullable
  String add(String part, boolean last) {
    String whole = null;
    String broken;
    List<Runnable> givenUp = List.of();
    synchronized (this) {
      if (over) {
        return null;
      }
      count(part);
      broken = brokenRule();
      if (broken != null) {
        end();
      } else if (last) {
        whole = text.isEmpty() ? part : text.append(part).toString();
        spoke = true;
        reset();
      } else {
        givenUp = keep(part);
      }
    }
    if (broken != null) {
      refuse.accept(CloseStatus.tooBig("message must have at most " + broken));
    }
    givenUp.forEach(Runnable::run);
    return whole;
  }

  /** Gives up the unfinished message: there is no room for it, and others began earlier. */
  private void giveUp() {
    synchronized (this) {
      if (over) {
        return;
      }
      end();
    }
    refuse.accept(CloseStatus.OVERLOADED);
  }

  /** Stops reading, and keeps nothing. */
  synchronized void end() {
    over = true;
    reset();
  }

  @GuardedBy("this")
  private @Nullable String brokenRule() {
    return bytes > maxBytes
        ? maxBytes + " bytes"
        : parts > MAX_PARTS ? MAX_PARTS + " fragments" : null;
  }

  /** Returns whom to make give up for this one. */
  @GuardedBy("this")
  private List<Runnable> keep(String part) {
    int length = text.length() + part.length();
    if (length > text.capacity()) { // left alone, it could grow to twice the largest message
      text = new StringBuilder(Math.min(maxBytes, 2 * length)).append(text);
    }
    text.append(part);
    long size = wide ? 2L * text.capacity() : text.capacity();
    if (holder == null) {
      holder = unfinished.soon(spoke).holder(this::giveUp);
    }
    return holder.holds(size);
  }

  @GuardedBy("this")
  private void reset() {
    text = new StringBuilder(0);
    bytes = 0;
    parts = 0;
    wide = false;
    if (holder != null) {
      holder.holdsNothing();
      holder = null;
    }
  }

  @GuardedBy("this")
  private void count(String part) {
    parts++;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      wide |= c > LATIN1;
    }
  }
}
