package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Timers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What this node hears of one partition. One thread listens on a connection of its own, and opens
 * another whenever it breaks. Whoever subscribes is told each time it is sure that nothing more
 * will be missed, and each time it is not.
 */
public final class Subscriptions implements AutoCloseable {
  /** Who hears a channel. Called by the thread that listens, under no lock; must return at once. */
  public interface Listener {
    /** From now on everything is heard. What was published before may have been missed. */
    void subscribed();

    void heard(byte[] message);

    /**
     * The connection broke: from some moment on nothing was heard, until it is subscribed again.
     */
    void lost();
  }

  private static final Logger LOG = System.getLogger(Subscriptions.class.getName());

  /** How many names one command carries. */
  private static final int BATCH = 512;

  /** How often Redis is asked for a sign of life on this connection. */
  private static final Duration PING = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(250);
  private static final Duration MOST_AGAIN = Duration.ofSeconds(2);

  private final Redis redis;
  private final int partition;
  private final Timers timers;
  private final LongSupplier nanos;
  private final Thread thread;
  private final Runnable connected;

  @GuardedBy("this")
  private final Map<String, Entry> entries = new HashMap<>();

  /** Null while there is none. */
  @GuardedBy("this")
  private @Nullable ListeningConnection connection;

  /** When something was last heard on this connection. */
  private volatile long heardAt;

  private volatile boolean closing;

  private static final class Entry {
    final Listener listener;

    /** How many confirmations are outstanding on this connection. Guarded by the subscriptions. */
    int asked;

    Entry(Listener listener) {
      this.listener = listener;
    }
  }

  /**
   * @param timers polled by somebody; runs what sends pings
   * @param connected is told, by the thread that listens, that a connection came about
   */
  public Subscriptions(
      Redis redis,
      int partition,
      Timers timers,
      LongSupplier nanos,
      ThreadFactory threads,
      Runnable connected) {
    this.redis = redis;
    this.partition = partition;
    this.timers = timers;
    this.nanos = nanos;
    this.connected = connected;
    thread = threads.newThread(this::listen);
  }

  /** Begins to listen. */
  public void start() {
    thread.start();
    timers.at(nanos.getAsLong() + PING.toNanos(), this::ping);
  }

  /** Subscribes somebody; a name has one listener at a time. */
  public void subscribe(String name, Listener listener) {
    synchronized (this) {
      Entry entry = new Entry(listener);
      Entry before = entries.put(name, entry);
      entry.asked = before == null ? 0 : before.asked; // their confirmations come first
      if (connection == null) {
        return; // the next connection begins with all names
      }
      entry.asked++;
    }
    send(subscribe(), List.of(name));
  }

  /** Ends a subscription, if it is still this listener's. */
  public void unsubscribe(String name, Listener listener) {
    synchronized (this) {
      Entry entry = entries.get(name);
      if (entry == null || entry.listener != listener) {
        return;
      }
      entries.remove(name);
      if (connection == null) {
        return;
      }
    }
    send(redis.sharded() ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE, List.of(name));
  }

  /** Returns whether there is a connection now. */
  public synchronized boolean isConnected() {
    return connection != null;
  }

  private ProtocolCommand subscribe() {
    return redis.sharded() ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
  }

  private void send(ProtocolCommand command, List<String> names) {
    ListeningConnection to;
    synchronized (this) {
      to = connection;
    }
    if (to == null) {
      return;
    }
    try {
      for (int i = 0; i < names.size(); i += BATCH) {
        to.send(
            command,
            names.subList(i, Math.min(names.size(), i + BATCH)).stream()
                .map(Redis::bytes)
                .toArray(byte[][]::new));
      }
    } catch (JedisException e) {
      drop(to);
    }
  }

  /** Ends a connection; who listens on it notices. */
  private static void drop(ListeningConnection broken) {
    try {
      broken.forceDisconnect();
    } catch (IOException | JedisException e) {
      LOG.log(Level.DEBUG, "a connection to Redis could not be closed: {0}", e.toString());
    }
  }

  private void ping() {
    if (closing) {
      return;
    }
    ListeningConnection to;
    synchronized (this) {
      to = connection;
    }
    if (to != null) {
      long silent = nanos.getAsLong() - heardAt;
      if (silent > PING.plus(redis.options().timeout()).toNanos()) {
        drop(to);
      } else {
        sendPing(to);
      }
    }
    timers.at(nanos.getAsLong() + PING.toNanos(), this::ping);
  }

  private static void sendPing(ListeningConnection to) {
    try {
      to.send(Command.PING);
    } catch (JedisException e) {
      drop(to);
    }
  }

  private void listen() {
    long again = AGAIN.toNanos();
    while (!closing) {
      try {
        listenOnce();
        again = AGAIN.toNanos();
      } catch (RedisAway e) {
        again = Math.min(again * 2, MOST_AGAIN.toNanos());
      } catch (JedisException e) {
        again = AGAIN.toNanos();
        if (!closing) {
          LOG.log(Level.INFO, "the connection on which Redis is heard ended: {0}", e.getMessage());
        }
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "listening to Redis failed", e);
      }
      if (!closing) {
        LockSupport.parkNanos(again);
      }
    }
  }

  private void listenOnce() {
    ListeningConnection opened = redis.listening(partition);
    try {
      begin(opened);
      while (!closing) {
        hear(opened.next());
      }
    } finally {
      end();
      drop(opened);
    }
  }

  private void begin(ListeningConnection opened) {
    List<String> names;
    synchronized (this) {
      connection = opened;
      heardAt = nanos.getAsLong();
      names = new ArrayList<>(entries.keySet());
      entries.values().forEach(entry -> entry.asked = 1);
    }
    send(subscribe(), names);
    connected.run();
  }

  private void end() {
    Collection<Entry> all;
    synchronized (this) {
      connection = null;
      all = new ArrayList<>(entries.values());
    }
    all.forEach(entry -> entry.listener.lost());
  }

  private void hear(Object answer) {
    heardAt = nanos.getAsLong();
    if (!(answer instanceof List<?> parts) || !(parts.get(0) instanceof byte[] kind)) {
      return;
    }
    switch (new String(kind, UTF_8)) {
      case "message", "smessage" -> message((byte[]) parts.get(1), (byte[]) parts.get(2));
      case "subscribe", "ssubscribe" -> confirmed(new String((byte[]) parts.get(1), UTF_8));
      case "sunsubscribe" -> moved(parts.get(1));
      default -> {
        // a pong, or the end of a subscription that we have ended
      }
    }
  }

  private void message(byte[] name, byte[] message) {
    Entry entry;
    synchronized (this) {
      entry = entries.get(new String(name, UTF_8));
    }
    if (entry != null) {
      entry.listener.heard(message);
    }
  }

  /** Only the last confirmation counts: an end of the subscription may lie between two. */
  private void confirmed(String name) {
    Entry entry;
    synchronized (this) {
      entry = entries.get(name);
      if (entry == null || --entry.asked > 0) {
        return;
      }
    }
    entry.listener.subscribed();
  }

  /** A Redis Cluster has moved the partition to another server. We ended it ourselves otherwise. */
  private void moved(@Nullable Object name) {
    synchronized (this) {
      Entry entry = name instanceof byte[] known ? entries.get(new String(known, UTF_8)) : null;
      if (entry == null || entry.asked > 0) {
        return; // the end of an earlier subscription
      }
    }
    throw new JedisException("the partition moved to another server");
  }

  @Override
  public void close() {
    closing = true;
    ListeningConnection open;
    synchronized (this) {
      open = connection;
    }
    if (open != null) {
      drop(open);
    }
    LockSupport.unpark(thread);
  }
}
