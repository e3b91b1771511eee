package io.heartline.store.redis.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Timers;
import io.heartline.model.RandomSecret;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A random secret that the first node makes and all others read. It is asked for until it is known:
 * Redis may not be there yet.
 */
public final class SharedSecret {
  private static final Logger LOG = System.getLogger(SharedSecret.class.getName());

  /** Secrets are kept in this partition. */
  private static final int PARTITION = 0;

  /** How soon it is asked for again. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final Script SECRET = Script.beside(SharedSecret.class, "secret.lua");

  private final Redis redis;
  private final String name;
  private final Timers timers;
  private final LongSupplier nanos;
  private final Consumer<String> told;
  private volatile boolean closed;

  /**
   * @param name of the secret among others
   * @param timers polled by somebody
   * @param told is told the secret once it is known
   */
  public SharedSecret(
      Redis redis, String name, Timers timers, LongSupplier nanos, Consumer<String> told) {
    this.redis = redis;
    this.name = name;
    this.timers = timers;
    this.nanos = nanos;
    this.told = told;
  }

  /** Begins to ask. */
  public void start() {
    if (closed) {
      return;
    }
    redis
        .later(
            SECRET,
            List.of(redis.keys(PARTITION) + "secrets"),
            List.of(Bytes.of(name), Bytes.of(RandomSecret.make())))
        .whenComplete((answer, failure) -> {
          if (answer instanceof byte[] secret) {
            told.accept(new String(secret, UTF_8));
          } else {
            LOG.log(Level.DEBUG, "a secret of all nodes is not known yet: {0}", failure);
            timers.at(nanos.getAsLong() + AGAIN.toNanos(), this::start);
          }
        });
  }

  /** Asks no more. */
  public void close() {
    closed = true;
  }
}
