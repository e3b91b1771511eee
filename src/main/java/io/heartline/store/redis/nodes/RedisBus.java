package io.heartline.store.redis.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Bus;
import io.heartline.engine.Timers;
import io.heartline.model.TimeSource;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Subscriptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What nodes say to each other through Redis. Each listens to a name of its own and to one for all,
 * on a connection that carries nothing else, so that many publications do not delay it.
 *
 * <p>A message is {@code 1 <sender> <text>}; the 1 is the version.
 */
public final class RedisBus implements Bus, AutoCloseable {
  /** Leases and names are kept in this partition. */
  private static final int PARTITION = 0;

  private static final String VERSION = "1";
  private static final Logger LOG = System.getLogger(RedisBus.class.getName());

  private final Redis redis;
  private final String node;
  private final String all;
  private final String mine;
  private final Subscriptions subscriptions;
  private final Lease lease;
  private final Pulse pulse;
  private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Doubt>> doubters = new CopyOnWriteArrayList<>();

  /** The names that are not heard now. */
  @GuardedBy("deaf")
  private final Set<String> deaf = new HashSet<>();

  /**
   * @param node the name of this node, see {@link Bus#newName}
   * @param timers polled by a thread that never waits for Redis
   * @param threads makes the thread that listens
   */
  public RedisBus(Redis redis, String node, Timers timers, TimeSource time, ThreadFactory threads) {
    this.redis = redis;
    this.node = node;
    all = redis.keys(PARTITION) + "to-all";
    mine = name(node);
    subscriptions = new Subscriptions(redis, PARTITION, timers, time::nanos, threads, () -> {});
    lease = new Lease(
        redis, redis.keys(PARTITION) + "nodes", node, timers, time, () -> doubt(Doubt.PAUSED));
    pulse = new Pulse(timers, time, () -> doubt(Doubt.PAUSED));
  }

  private String name(String of) {
    return redis.keys(PARTITION) + "to:" + of;
  }

  /** Begins to listen and to renew the lease. */
  public void start() {
    synchronized (deaf) {
      deaf.addAll(List.of(all, mine));
    }
    subscriptions.subscribe(all, new Ear(all));
    subscriptions.subscribe(mine, new Ear(mine));
    subscriptions.start();
    pulse.start();
    lease.start();
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Set<String> nodes() {
    return lease.nodes();
  }

  @Override
  public CompletionStage<Set<String>> look() {
    return lease.renew();
  }

  @Override
  public boolean isLeased() {
    return lease.isSure();
  }

  @Override
  public boolean isAwake() {
    return !pulse.isLate();
  }

  @Override
  public void send(String to, String message) {
    say(name(to), message);
  }

  @Override
  public void sendAll(String message) {
    say(all, message);
  }

  private void say(String name, String message) {
    if (message.length() > MAX_MESSAGE) {
      throw new IllegalArgumentException(
          "a message must have at most " + MAX_MESSAGE + " characters: " + message.length());
    }
    byte[] text = Bytes.of(VERSION + ' ' + node + ' ' + message);
    redis.say(name, text).whenComplete((heard, failure) -> {
      if (failure != null) {
        LOG.log(Level.DEBUG, "a message to other nodes may be lost: {0}", failure.toString());
      }
    });
  }

  @Override
  public void onMessage(BiConsumer<String, String> told) {
    listeners.add(told);
  }

  @Override
  public void onDoubt(Consumer<Doubt> told) {
    doubters.add(told);
  }

  private void doubt(Doubt why) {
    LOG.log(Level.DEBUG, "this node may have missed what others said: {0}", why);
    doubters.forEach(told -> told.accept(why));
  }

  /** Hears one name. */
  private final class Ear implements Subscriptions.Listener {
    private final String name;

    private Ear(String name) {
      this.name = name;
    }

    @Override
    public void subscribed() {
      synchronized (deaf) {
        if (!deaf.remove(name) || !deaf.isEmpty()) {
          return;
        }
      }
      doubt(Doubt.RECONNECTED);
    }

    @Override
    public void lost() {
      synchronized (deaf) {
        deaf.add(name);
      }
    }

    @Override
    public void heard(byte[] message) {
      String[] parts = new String(message, UTF_8).split(" ", 3);
      if (parts.length < 3 || !parts[0].equals(VERSION)) {
        LOG.log(Level.DEBUG, "a message of another version was ignored");
        return;
      }
      if (parts[1].equals(node)) {
        return; // to all others, from here
      }
      for (BiConsumer<String, String> listener : listeners) {
        try {
          listener.accept(parts[1], parts[2]);
        } catch (RuntimeException e) { // it must not end the connection
          LOG.log(Level.ERROR, "a message from node " + parts[1] + " could not be acted on", e);
        }
      }
    }
  }

  @Override
  public void close() {
    pulse.close();
    lease.close();
    subscriptions.close();
  }
}
