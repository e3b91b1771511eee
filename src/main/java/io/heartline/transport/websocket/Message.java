package io.heartline.transport.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The incoming messages of one line, each put together from its parts and counted by us: Undertow
 * enforces no limit on text, and neither container one on the number of fragments. Parts are added
 * by one thread at a time; another line's thread may give up what has begun.
 */
final class Message {
  /**
   * The parts a message may come in. Containers also cut large frames, into parts of 8 KiB or so.
   */
  static final int MAX_PARTS = 1024;

  /** Characters above take two bytes each, and so do all others of the same text. */
  private static final char LATIN1 = 0xff;

  private final int maxBytes;

  /** Told once why nothing is read any more; called under no lock. */
  private final Consumer<CloseStatus> refuse;

  private final Unfinished unfinished;

  @GuardedBy("this")
  private StringBuilder text = new StringBuilder(0);

  @GuardedBy("this")
  private int bytes;

  @GuardedBy("this")
  private int parts;

  /** The text has characters beyond {@link #LATIN1}. */
  @GuardedBy("this")
  private boolean wide;

  /** What has begun holds memory of one of the shares; null while it does not. */
  @GuardedBy("this")
  private Unfinished.Share.@Nullable Holder holder;

  /** The client has said a whole message. */
  @GuardedBy("this")
  private boolean spoke;

  /** Nothing is read any more. */
  @GuardedBy("this")
  private boolean over;

  /** @param refuse told once why nothing is read any more */
  Message(int maxBytes, Unfinished unfinished, Consumer<CloseStatus> refuse) {
    this.maxBytes = maxBytes;
    this.unfinished = unfinished;
    this.refuse = refuse;
  }

  /**
   * Adds a part; returns the whole message if it is the last one and none was too much, else null.
   */
  @Nullable
  String add(String part, boolean last) {
    String whole = null;
    String broken;
    List<Message> givenUp = List.of();
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
    givenUp.forEach(Message::giveUp);
    return whole;
  }

  /** There is no room for what has begun: others were first. */
  private void giveUp() {
    synchronized (this) {
      if (over) {
        return;
      }
      end();
    }
    refuse.accept(CloseStatus.OVERLOADED);
  }

  /** Nothing is read any more, and nothing kept. */
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

  /** Returns the messages that must be given up for this one. */
  @GuardedBy("this")
  private List<Message> keep(String part) {
    int length = text.length() + part.length();
    if (length > text.capacity()) { // by itself it may grow to twice the largest message
      text = new StringBuilder(Math.min(maxBytes, 2 * length)).append(text);
    }
    text.append(part);
    long size = wide ? 2L * text.capacity() : text.capacity();
    if (size <= Unfinished.UNCOUNTED) {
      return List.of();
    }
    if (holder == null) {
      holder = (spoke ? unfinished.others : unfinished.newcomers).holder(this);
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
