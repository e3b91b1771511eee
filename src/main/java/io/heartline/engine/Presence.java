package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel: the users of the lines that read it. Looks which lines of this node do.
 * {@link Telling} publishes it, in a channel of its own that has positions, history and gaps like
 * everything else. {@link SharedRoster} shares it with other nodes.
 */
final class Presence implements LineEvents {
  private final Predicate<ChannelName> kept;
  private final Telling telling;

  /** Null if there are no other nodes. */
  private final @Nullable SharedRoster nodes;

  /** What each open line reads of the channels that are kept, as often as it does. */
  @GuardedBy("this")
  private final Map<Line, Map<ChannelName, Integer>> lines = new HashMap<>();

  /**
   * @param kept for which channels it is kept
   * @param nodes what is known of other nodes; null if there are none
   */
  Presence(Predicate<ChannelName> kept, Telling telling, @Nullable SharedRoster nodes) {
    this.kept = kept;
    this.telling = telling;
    this.nodes = nodes;
  }

  /**
   * Returns who is in a channel, as this node knows it or has told it; fails like
   * {@link Engine#look}.
   */
  CompletionStage<Here> here(ChannelName channel) {
    return isKept(channel) ? telling.here(channel) : CompletableFuture.completedFuture(Here.NOBODY);
  }

  private boolean isKept(ChannelName channel) {
    return channel.presence() != null && kept.test(channel);
  }

  @Override
  public void subscribed(Line line, Subscription subscription, Start start) {
    ChannelName channel = subscription.channel();
    ChannelName watched = channel.watched();
    if (watched != null) {
      if (kept.test(watched)) { // after a start, a watcher must not believe what was told before it
        watched(watched);
      }
      return;
    }
    User user = line.user();
    if (user == null || !isKept(channel)) {
      return;
    }
    synchronized (this) {
      Map<ChannelName, Integer> reads = lines.computeIfAbsent(line, absent -> new HashMap<>(4));
      if (reads.merge(channel, 1, Integer::sum) == 1) {
        telling.came(channel, user);
        changed(channel, user, true);
      }
    }
    telling.tell(channel);
    if (line.isGone()) { // and was so before it was counted
      closed(line);
    }
  }

  private void watched(ChannelName channel) {
    if (nodes == null) {
      telling.tell(channel);
    } else {
      nodes.watched(channel);
    }
  }

  @Override
  public synchronized void unsubscribed(Line line, Subscription subscription) {
    ChannelName channel = subscription.channel();
    Map<ChannelName, Integer> reads = lines.get(line);
    User user = line.user();
    if (reads == null || user == null || !reads.containsKey(channel)) {
      return;
    }
    if (reads.merge(channel, -1, Integer::sum) == 0) {
      reads.remove(channel);
      telling.left(channel, user);
      changed(channel, user, false);
    }
    if (reads.isEmpty()) {
      lines.remove(line);
    }
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    closed(line);
  }

  private synchronized void closed(Line line) {
    Map<ChannelName, Integer> reads = lines.remove(line);
    User user = line.user();
    if (reads != null && user != null) {
      reads.keySet().forEach(channel -> {
        telling.left(channel, user);
        changed(channel, user, false);
      });
    }
  }

  private void changed(ChannelName channel, User user, boolean came) {
    if (nodes != null) {
      nodes.changed(channel, user, came);
    }
  }

  /** Returns how many users are in channels, each counted once for each channel. */
  int size() {
    return telling.size();
  }

  /** Returns how many lines are counted. */
  synchronized int lines() {
    return lines.size();
  }
}
