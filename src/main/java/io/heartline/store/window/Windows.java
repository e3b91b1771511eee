package io.heartline.store.window;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.model.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All channels, within bounds: what is least recently published is trimmed first, what is least
 * recently used is forgotten first.
 */
public final class Windows {
  private final Bounds bounds;
  private final TimeSource time;
  private final Ids ids;

  /** All channels, least recently used first. */
  @GuardedBy("this")
  private final Map<ChannelName, Window> channels = new LinkedHashMap<>(16, 0.75f, true);

  /** Those that hold publications, least recently published first. */
  @GuardedBy("this")
  private final Map<ChannelName, Window> filled = new LinkedHashMap<>(16, 0.75f, true);

  /** How many of all are published to: what strangers only read counts apart, and forgets none. */
  @GuardedBy("this")
  private int claimed;

  @GuardedBy("this")
  private long bytes;

  @GuardedBy("this")
  private Epochs epochs;

  /** Is told of each channel that is forgotten, with the lock held: must return at once. */
  private volatile Consumer<Window> forgotten = window -> {};

  /** @param epochs of which the first channels are born */
  public Windows(Bounds bounds, TimeSource time, Epochs epochs) {
    this.bounds = bounds;
    this.time = time;
    this.epochs = epochs;
    ids = new Ids(bounds.ids());
  }

  /** Sets who is told of each channel that is forgotten; must return at once. */
  public void onForget(Consumer<Window> told) {
    forgotten = told;
  }

  /** Returns the ids that were taken lately. */
  public Ids ids() {
    return ids;
  }

  /**
   * Opens a channel for a reader.
   *
   * @return done already; failed with {@link Store.Unavailable} if there are as many that are only
   *     read as there may be
   */
  public CompletionStage<Store.Opened> open(ChannelName name, From from) {
    try {
      Window window = pinToRead(name);
      return CompletableFuture.completedFuture(
          new Store.Opened(window.view(() -> unpin(window)), window.start(from)));
    } catch (Store.Unavailable e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized Window pinToRead(ChannelName name) {
    Window window = channels.get(name);
    if (window == null) {
      if (channels.size() - claimed >= bounds.names()) {
        throw new Store.Unavailable(
            "readers wait at " + bounds.names() + " channels without publications");
      }
      window = add(name, new Position(epochs.next(), 0, 0));
    }
    window.pins++;
    return window;
  }

  /**
   * Returns the channel for a publisher, made if there was none, which is not forgotten until it is
   * unpinned as often.
   *
   * @throws Store.Unavailable if there are as many as there may be and all are in use
   */
  private synchronized Window pin(ChannelName name) {
    Window window = channels.get(name);
    if (window == null || !window.claimed) {
      makeRoom();
      window = window == null ? add(name, new Position(epochs.next(), 0, 0)) : window;
      claim(window);
    }
    window.pins++;
    return window;
  }

  /**
   * Returns the channels of drafts, one for each, all pinned or none.
   *
   * @throws Store.Unavailable as {@link #pin}
   */
  public List<Window> pinAll(List<Draft> drafts) {
    List<Window> pinned = new ArrayList<>(drafts.size());
    try {
      for (Draft draft : drafts) {
        pinned.add(pin(draft.channel()));
      }
    } catch (Store.Unavailable e) {
      pinned.forEach(this::unpin);
      throw e;
    }
    return pinned;
  }

  @GuardedBy("this")
  private void claim(Window window) {
    window.claimed = true;
    claimed++;
  }

  @GuardedBy("this")
  private void remove(Window window) {
    channels.remove(window.name());
    claimed -= window.claimed ? 1 : 0;
  }

  /** Undoes one {@link #pin}. */
  public synchronized void unpin(Window window) {
    window.pins--;
    if (window.pins == 0 && window.neverUsed()) {
      remove(window); // nothing to remember: an equal one can take its place
    }
  }

  @GuardedBy("this")
  private Window add(ChannelName name, Position base) {
    Window window = new Window(name, base, bounds.retention().of(name));
    channels.put(name, window);
    return window;
  }

  @GuardedBy("this")
  private void makeRoom() {
    if (claimed >= bounds.names()) {
      forgetOldest();
    }
  }

  @GuardedBy("this")
  private void forgetOldest() {
    Window oldest = channels.values().stream()
        .filter(c -> c.pins == 0)
        .findFirst()
        .orElseThrow(() -> new Store.Unavailable("all " + bounds.names() + " channels are in use"));
    forget(oldest);
    epochs = epochs.raised();
    forgotten.accept(oldest);
  }

  @GuardedBy("this")
  private void forget(Window window) {
    remove(window);
    filled.remove(window.name());
    bytes -= window.bytes();
  }

  /**
   * Gives a message the next position of a pinned channel and appends it, unless its id was taken
   * before.
   *
   * @return where it stands, and whether it is new
   */
  public Window.Appended append(Window window, String data, @Nullable IdKey id, long epochMicros) {
    Window.Appended appended = window.append(data, id, ids, epochMicros);
    if (appended.isNew()) {
      account(window, appended.grownBy());
    }
    return appended;
  }

  /** Appends what follows a channel's head. */
  public void append(Window window, Publication publication, long epochMicros) {
    account(window, window.append(publication, epochMicros));
  }

  /**
   * Keeps the sum of all channels within bounds, trimming the least recently published one first.
   */
  private synchronized void account(Window window, long grownBy) {
    bytes += grownBy;
    filled.put(window.name(), window);
    while (bytes > bounds.bytes() && !filled.isEmpty()) {
      Window oldest = filled.values().iterator().next();
      bytes -= oldest.dropOldest();
      if (oldest.bytes() == 0) {
        filled.remove(oldest.name());
      }
    }
  }

  /** Drops what has outlived its age. */
  public void sweep() {
    long now = time.epochMicros();
    ids.trim(now);
    synchronized (this) {
      for (var left = filled.values().iterator(); left.hasNext(); ) {
        Window window = left.next();
        bytes -= window.trim(now);
        if (window.bytes() == 0) {
          left.remove();
        }
      }
    }
  }

  /**
   * Brings back a channel of an earlier run.
   *
   * @param base where its log begins
   * @return the channel; the one that is there if it is of the same life, null if it is of a later
   *     one
   */
  public synchronized @Nullable Window restore(ChannelName name, Position base) {
    Window present = channels.get(name);
    if (present != null && present.head().epoch().equals(base.epoch())) {
      return present;
    }
    epochs = epochs.including(base.epoch());
    if (present != null) {
      int later = epochs.compare(present.head().epoch(), base.epoch());
      if (later >= 0) {
        return later == 0 ? present : null;
      }
      forget(present);
    }
    Window window = add(name, base);
    claim(window);
    return window;
  }

  /**
   * All is restored. Only now is what is more than there may be forgotten, least recently used
   * first: while it was restored, what made room in the earlier run was not yet known to be gone.
   */
  public synchronized void restored() {
    while (claimed > bounds.names()) {
      forgetOldest();
    }
  }

  /** Forgets a channel of an earlier run again, unless it lives a later life. */
  public synchronized void restoreForgotten(ChannelName name, String epoch) {
    epochs = epochs.including(epoch).raised();
    Window present = channels.get(name);
    if (present != null && epochs.compare(present.head().epoch(), epoch) <= 0) {
      forget(present);
    }
  }

  /** Returns what epochs the next channels are born in. */
  public synchronized Epochs epochs() {
    return epochs;
  }

  /** Sets the same, for channels made from now on. */
  public synchronized void epochs(Epochs next) {
    epochs = next;
  }

  /** Returns all that have ever been published to, least recently used first. */
  public synchronized List<Window> used() {
    List<Window> used = new ArrayList<>(channels.size());
    for (Window window : channels.values()) {
      if (!window.neverUsed()) {
        used.add(window);
      }
    }
    return used;
  }

  /** Returns the memory that all publications hold, roughly. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Returns how many channels there are. */
  public synchronized int names() {
    return channels.size();
  }
}
