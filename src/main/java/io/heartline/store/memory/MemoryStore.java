package io.heartline.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Keeps channels in memory; they end with the process. What is appended is committed at once.
 *
 * <p>One lock for the names and their order of use, taken briefly by each append; one per channel
 * for its log. The second may be asked for while the first is held, never the other way round.
 */
public final class MemoryStore implements Store {
  /**
   * What all channels together may hold.
   *
   * @param channel what one may hold
   * @param bytes of memory in all publications together
   * @param names of channels
   */
  public record Bounds(Retention channel, long bytes, int names) {}

  private final Bounds bounds;
  private final TimeSource time;
  private final String life;

  /** All channels, least recently used first. */
  @GuardedBy("this")
  private final Map<ChannelName, MemoryChannel> channels = new LinkedHashMap<>(16, 0.75f, true);

  /** Those that hold publications, least recently published first. */
  @GuardedBy("this")
  private final Map<ChannelName, MemoryChannel> filled = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this")
  private long bytes;

  /** Rises when a channel that had publications is forgotten: its next life must be another one. */
  @GuardedBy("this")
  private long generation;

  private volatile Consumer<ChannelName> committed = name -> {};

  /** @param life tells this process's positions from those of others: 1 to 16 of {@code a-z 0-9} */
  public MemoryStore(Bounds bounds, TimeSource time, String life) {
    this.bounds = bounds;
    this.time = time;
    this.life = life;
  }

  @Override
  public void watch(Consumer<ChannelName> committed) {
    this.committed = committed;
  }

  @Override
  public CompletionStage<List<Position>> append(List<Draft> drafts) {
    List<MemoryChannel> targets = new ArrayList<>(drafts.size());
    try {
      for (Draft draft : drafts) {
        targets.add(pin(draft.channel()));
      }
    } catch (Unavailable e) {
      targets.forEach(this::unpin);
      return CompletableFuture.failedFuture(e);
    }
    List<Position> positions = new ArrayList<>(drafts.size());
    long now = time.epochMicros();
    for (int i = 0; i < targets.size(); i++) {
      MemoryChannel channel = targets.get(i);
      MemoryChannel.Appended appended = channel.append(drafts.get(i).data(), now, bounds.channel());
      positions.add(appended.position());
      account(channel, appended.grownBy());
      committed.accept(channel.name());
    }
    targets.forEach(this::unpin);
    return CompletableFuture.completedFuture(positions);
  }

  @Override
  public View open(ChannelName name) {
    MemoryChannel channel = pin(name);
    return new View() {
      @Override
      public Position head() {
        return channel.head();
      }

      @Override
      public Start start(From from) {
        return channel.start(from);
      }

      @Override
      public Reading read(Position after, int maxBytes) {
        return channel.read(after, maxBytes);
      }

      @Override
      public void close() {
        unpin(channel);
      }
    };
  }

  /** Returns the channel, which is not forgotten until it is unpinned as often. */
  private synchronized MemoryChannel pin(ChannelName name) {
    MemoryChannel channel = channels.get(name);
    if (channel == null) {
      makeRoom();
      channel = new MemoryChannel(name, life + '.' + Long.toString(generation, 36));
      channels.put(name, channel);
    }
    channel.pins++;
    return channel;
  }

  private synchronized void unpin(MemoryChannel channel) {
    channel.pins--;
    if (channel.pins == 0 && channel.neverUsed()) {
      channels.remove(channel.name()); // nothing to remember: an equal one can take its place
    }
  }

  @GuardedBy("this")
  private void makeRoom() {
    if (channels.size() < bounds.names()) {
      return;
    }
    MemoryChannel oldest = channels.values().stream()
        .filter(c -> c.pins == 0)
        .findFirst()
        .orElseThrow(() -> new Unavailable("all " + bounds.names() + " channels are in use"));
    channels.remove(oldest.name());
    filled.remove(oldest.name());
    bytes -= oldest.bytes();
    generation++;
  }

  /**
   * Keeps the sum of all channels within bounds, trimming the least recently published one first.
   */
  private synchronized void account(MemoryChannel channel, long grownBy) {
    bytes += grownBy;
    filled.put(channel.name(), channel);
    while (bytes > bounds.bytes() && !filled.isEmpty()) {
      MemoryChannel oldest = filled.values().iterator().next();
      bytes -= oldest.dropOldest();
      if (oldest.bytes() == 0) {
        filled.remove(oldest.name());
      }
    }
  }

  @Override
  public synchronized void sweep() {
    long now = time.epochMicros();
    for (var left = filled.values().iterator(); left.hasNext(); ) {
      MemoryChannel channel = left.next();
      bytes -= channel.trim(bounds.channel(), now);
      if (channel.bytes() == 0) {
        left.remove();
      }
    }
  }

  /** Returns the memory that all publications hold, roughly. */
  synchronized long bytes() {
    return bytes;
  }

  synchronized int names() {
    return channels.size();
  }

  @Override
  public void close() {}
}
