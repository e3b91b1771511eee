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
 * All channels, within bounds. The channel least recently published to is trimmed first; the one
 * least recently used is forgotten first.
 */
public final class Windows {
  private final Bounds bounds;
  private final TimeSource time;
  private final Ids ids;

  /** All channels, least recently used first. */
  @GuardedBy("this")
  private final Map<ChannelName, Window> channels = new LinkedHashMap<>(16, 0.75f, true);

  /** Channels that hold publications, the least recently published to first. */
  @GuardedBy("this")
  private final Map<ChannelName, Window> filled = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * How many channels are published to. Those that are only read are counted apart: reading must
   * not make others be forgotten, since strangers can ask for any name.
   */
  @GuardedBy("this")
  private int claimed;

  /** Bytes of memory that all publications take, roughly. */
  @GuardedBy("this")
  private long bytes;

  @GuardedBy("this")
  private Epochs epochs;

  /** Is told of each forgotten channel while the lock is held, so it must return at once. */
  private volatile Consumer<Window> forgotten = window -> {};

  /** @param epochs those in which the first channels begin */
  public Windows(Bounds bounds, TimeSource time, Epochs epochs) {
    this.bounds = bounds;
    this.time = time;
    this.epochs = epochs;
    ids = new Ids(bounds.ids());
  }

  /** Sets what is told of each forgotten channel; it must return at once. */
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
   * @return complete already; failed with {@link Store.Unavailable} if the channel is new and there
   *     are as many channels that are only read as there may be
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
            "there are already " + bounds.names() + " channels that have readers only");
      }
      window = add(name, new Position(epochs.next(), 0, 0));
    }
    window.pins++;
    return window;
  }

  /**
   * Returns the channel for a publisher; creates it if there is none. It is not forgotten until it
   * was unpinned as often as it was pinned.
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
   * Returns the channels of drafts, one for each. Either all are pinned, or none is.
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
      remove(window); // nothing to remember: a new one would be the same
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
   * Gives a message the next position of a pinned channel and appends it, unless its id was already
   * taken.
   *
   * @return its position, and whether it is new
   */
  public Window.Appended append(Window window, Draft draft, long epochMicros) {
    Window.Appended appended = window.append(draft, IdKey.of(draft), ids, epochMicros);
    if (appended.isNew()) {
      account(window, appended.grownBy());
    }
    return appended;
  }

  /** Appends a publication, which must follow the channel's head. */
  public void append(Window window, Publication publication, long epochMicros) {
    account(window, window.append(publication, epochMicros));
  }

  /**
   * Keeps the sum of all channels within bounds, trimming the one least recently published to
   * first.
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

  /** Drops publications and ids that are older than they may be. */
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
   * @return the channel; the one that is already there if its epoch is the same; null if the one
   *     that is there has a later epoch
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
   * Everything is restored: forgets channels beyond the bound, the least recently used first. This
   * cannot be done earlier: during the restore it was not yet known which channels the earlier run
   * had forgotten to make room.
   */
  public synchronized void restored() {
    while (claimed > bounds.names()) {
      forgetOldest();
    }
  }

  /** Forgets a channel of an earlier run again, unless it is there in a later epoch. */
  public synchronized void restoreForgotten(ChannelName name, String epoch) {
    epochs = epochs.including(epoch).raised();
    Window present = channels.get(name);
    if (present != null && epochs.compare(present.head().epoch(), epoch) <= 0) {
      forget(present);
    }
  }

  /** Returns the epochs in which the next channels begin. */
  public synchronized Epochs epochs() {
    return epochs;
  }

  /** Sets the epochs in which channels begin from now on. */
  public synchronized void epochs(Epochs next) {
    epochs = next;
  }

  /** Returns all channels that were ever published to, the least recently used first. */
  public synchronized List<Window> used() {
    List<Window> used = new ArrayList<>(channels.size());
    for (Window window : channels.values()) {
      if (!window.neverUsed()) {
        used.add(window);
      }
    }
    return used;
  }

  /** Returns the bytes of memory that all publications take, roughly. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Returns how many channels there are. */
  public synchronized int names() {
    return channels.size();
  }
}
