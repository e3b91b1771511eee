package io.heartline.store.memory;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.store.window.Bounds;
import io.heartline.store.window.Epochs;
import io.heartline.store.window.Window;
import io.heartline.store.window.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Keeps channels in memory. They end with the process; what is appended is committed at once. */
public final class MemoryStore implements Store {
  private final TimeSource time;
  private final Windows windows;
  private volatile Consumer<ChannelName> committed = name -> {};

  /** @param life distinguishes this store's positions from others': 1 to 16 of {@code a-z 0-9} */
  public MemoryStore(Bounds bounds, TimeSource time, String life) {
    this.time = time;
    windows = new Windows(bounds, time, new Epochs(life));
  }

  @Override
  public void watch(Consumer<ChannelName> committed) {
    this.committed = committed;
  }

  @Override
  public CompletionStage<List<Position>> append(List<Draft> drafts) {
    List<Window> targets;
    try {
      targets = windows.pinAll(drafts);
    } catch (Unavailable e) {
      return CompletableFuture.failedFuture(e);
    }
    List<Position> positions = new ArrayList<>(drafts.size());
    long now = time.epochMicros();
    for (int i = 0; i < targets.size(); i++) {
      positions.add(append(targets.get(i), drafts.get(i), now));
    }
    targets.forEach(windows::unpin);
    return CompletableFuture.completedFuture(positions);
  }

  private Position append(Window target, Draft draft, long now) {
    Window.Appended appended = windows.append(target, draft, now);
    if (appended.isNew()) {
      committed.accept(draft.channel());
    }
    return appended.position();
  }

  @Override
  public CompletionStage<Opened> open(ChannelName name, From from) {
    return windows.open(name, from);
  }

  @Override
  public void sweep() {
    windows.sweep();
  }

  /** Returns the bytes of memory that all publications take, roughly. */
  long bytes() {
    return windows.bytes();
  }

  int names() {
    return windows.names();
  }

  @Override
  public void close() {}
}
