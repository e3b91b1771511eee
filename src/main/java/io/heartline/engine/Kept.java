package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.protocol.Dialect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one line's dialect keeps of what its client has begun and not ended, as it counts against
 * {@link Unfinished}. The line's reading thread tells of changes; another line's thread may make
 * this one give up.
 */
final class Kept {
  private final Dialect dialect;
  private final Unfinished unfinished;

  /** Run once, under no lock: there is no room for what the dialect kept. */
  private final Runnable noRoom;

  /** For a command whose end has not come; null while there is none. */
  @GuardedBy("this")
  private Unfinished.Share.@Nullable Holder midway;

  /** For commands that are held back; null until there are some. */
  @GuardedBy("this")
  private Unfinished.Share.@Nullable Holder heldBack;

  /** The client has sent something whole. */
  @GuardedBy("this")
  private boolean spoke;

  @GuardedBy("this")
  private boolean over;

  /** @param noRoom run once, under no lock, on any thread */
  Kept(Dialect dialect, Unfinished unfinished, Runnable noRoom) {
    this.dialect = dialect;
    this.unfinished = unfinished;
    this.noRoom = noRoom;
  }

  /**
   * The dialect has read a message. Called by the reading thread.
   *
   * @param commands whether it held a command, or the end of one
   */
  void changed(boolean commands) {
    List<Runnable> givenUp = new ArrayList<>(0);
    synchronized (this) {
      if (over) {
        return;
      }
      long midwayBytes = dialect.midway();
      if (commands || midwayBytes == 0) { // what was midway has ended
        spoke = true;
        midway = release(midway);
      }
      if (midwayBytes > 0) {
        if (midway == null) {
          midway = unfinished.soon(spoke).holder(this::giveUp);
        }
        givenUp.addAll(midway.holds(midwayBytes));
      }
      long heldBackBytes = dialect.heldBack();
      if (heldBack == null && heldBackBytes > 0) {
        heldBack = unfinished.heldBack().holder(this::giveUp);
      }
      if (heldBack != null) {
        givenUp.addAll(heldBack.holds(heldBackBytes));
      }
    }
    givenUp.forEach(Runnable::run);
  }

  private void giveUp() {
    if (end()) {
      noRoom.run();
    }
  }

  /** Keeps nothing from now on. Returns whether that is new. */
  boolean end() {
    synchronized (this) {
      if (over) {
        return false;
      }
      over = true;
      midway = release(midway);
      heldBack = release(heldBack);
    }
    dialect.forget();
    return true;
  }

  private static Unfinished.Share.@Nullable Holder release(
      Unfinished.Share.@Nullable Holder holder) {
    if (holder != null) {
      holder.holdsNothing();
    }
    return null;
  }
}
