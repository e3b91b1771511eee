package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Timers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
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
  private final Map<String, Listener> listeners = new HashMap<>();

  /** How many confirmations of each name are outstanding on this connection. */
  @GuardedBy("this")
  private final Map<String, Integer> unconfirmed = new HashMap<>();

  /** What is to be sent on this connection, in the order in which it was decided. */
  @GuardedBy("this")
  private final Deque<Order> orders = new ArrayDeque<>();

  /** Null while there is none. */
  @GuardedBy("this")
  private @Nullable ListeningConnection connection;

  /** Held by who sends. */
  private final ReentrantLock sending = new ReentrantLock();

  /** When something was last heard on this connection. */
  private volatile long heardAt;

  private volatile boolean closing;

  /** A name is to be subscribed, or no longer. */
  private record Order(boolean begin, String name) {}

  private record Command(ListeningConnection to, boolean begin, List<String> names) {}

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
      listeners.put(name, listener);
      if (connection == null) {
        return; // the next connection begins with all names
      }
      begin(name);
    }
    send();
  }

  @GuardedBy("this")
  private void begin(String name) {
    unconfirmed.merge(name, 1, Integer::sum);
    orders.add(new Order(true, name));
  }

  /** Ends a subscription, if it is still this listener's. */
  public void unsubscribe(String name, Listener listener) {
    synchronized (this) {
      if (!listeners.remove(name, listener) || connection == null) {
        return;
      }
      orders.add(new Order(false, name));
    }
    send();
  }

  /** Returns whether there is a connection now. */
  public synchronized boolean isConnected() {
    return connection != null;
  }

  /**
   * Sends what is to be sent, in order. Nobody waits for another who sends: that one sends for all.
   */
  private void send() {
    boolean more = true;
    while (more && sending.tryLock()) {
      try {
        for (Command next = next(); next != null; next = next()) {
          send(next);
        }
      } finally {
        sending.unlock();
      }
      more = isSomethingToSend(); // whoever added it may have found the lock taken
    }
  }

  private synchronized boolean isSomethingToSend() {
    return !orders.isEmpty();
  }

  /** Takes the next orders of one kind. */
  private synchronized @Nullable Command next() {
    Order first = orders.peek();
    if (first == null || connection == null) {
      orders.clear();
      return null;
    }
    List<String> names = new ArrayList<>();
    for (Order next = first;
        next != null && next.begin() == first.begin() && names.size() < BATCH;
        next = orders.peek()) {
      names.add(next.name());
      orders.remove();
    }
    return new Command(connection, first.begin(), names);
  }

  private void send(Command command) {
    try {
      command
          .to()
          .send(
              command.begin() ? subscribeCommand() : unsubscribeCommand(),
              command.names().stream().map(Bytes::of).toArray(byte[][]::new));
    } catch (JedisException e) {
      drop(command.to());
    }
  }

  private ProtocolCommand subscribeCommand() {
    return redis.sharded() ? Protocol.Command.SSUBSCRIBE : Protocol.Command.SUBSCRIBE;
  }

  private ProtocolCommand unsubscribeCommand() {
    return redis.sharded() ? Protocol.Command.SUNSUBSCRIBE : Protocol.Command.UNSUBSCRIBE;
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
      if (silent > PING.plus(redis.options().timeout()).toNanos()
          || !redis.isAt(to.getHostAndPort(), partition)) {
        drop(to);
      } else {
        sendPing(to);
      }
    }
    timers.at(nanos.getAsLong() + PING.toNanos(), this::ping);
  }

  private static void sendPing(ListeningConnection to) {
    try {
      to.trySend(Protocol.Command.PING); // who sends already will be answered too
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
      drop(opened);
      if (!closing) {
        redis.doubt(opened.getHostAndPort());
      }
      end();
    }
  }

  private void begin(ListeningConnection opened) {
    opened.setTimeoutInfinite(); // who listens may wait long; pings tell whether Redis is there
    synchronized (this) {
      connection = opened;
      heardAt = nanos.getAsLong();
      unconfirmed.clear();
      orders.clear();
      listeners.keySet().forEach(this::begin);
    }
    send();
    connected.run();
  }

  private void end() {
    Collection<Listener> all;
    synchronized (this) {
      connection = null;
      orders.clear();
      all = new ArrayList<>(listeners.values());
    }
    all.forEach(Listener::lost);
  }

  private void hear(Object answer) {
    heardAt = nanos.getAsLong();
    if (!(answer instanceof List<?> parts) || !(parts.get(0) instanceof byte[] kind)) {
      return;
    }
    switch (new String(kind, UTF_8)) {
      case "message", "smessage" -> message((byte[]) parts.get(1), (byte[]) parts.get(2));
      case "subscribe", "ssubscribe" -> confirmed(Bytes.text(parts.get(1)));
      case "sunsubscribe" -> moved(parts.get(1));
      default -> {
        // a pong, or the end of a subscription that we have ended
      }
    }
  }

  private void message(byte[] name, byte[] message) {
    Listener listener;
    synchronized (this) {
      listener = listeners.get(new String(name, UTF_8));
    }
    if (listener != null) {
      listener.heard(message);
    }
  }

  /** Only the last confirmation counts: an end of the subscription may lie between two. */
  private void confirmed(String name) {
    Listener listener;
    synchronized (this) {
      Integer left = unconfirmed.computeIfPresent(name, (same, count) -> count - 1);
      if (left != null && left > 0) {
        return;
      }
      unconfirmed.remove(name);
      listener = listeners.get(name);
    }
    if (listener != null) {
      listener.subscribed();
    }
  }

  /** A Redis Cluster has moved the partition to another server. We ended it ourselves otherwise. */
  private void moved(@Nullable Object name) {
    synchronized (this) {
      String text = name instanceof byte[] known ? new String(known, UTF_8) : "";
      if (!listeners.containsKey(text) || unconfirmed.containsKey(text)) {
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
