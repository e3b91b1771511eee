package io.heartline.store.redis;

import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The servers of one address: a client for commands, and connections for who listens. */
final class Servers implements AutoCloseable {
  private final UnifiedJedis client;
  private final JedisClientConfig config;

  /** Where the server for a hash tag is. */
  private final Function<byte[], HostAndPort> place;

  /** Closes the idle connections. */
  private final Runnable forget;

  private final boolean sharded;

  private Servers(
      UnifiedJedis client,
      JedisClientConfig config,
      Function<byte[], HostAndPort> place,
      Runnable forget,
      boolean sharded) {
    this.client = client;
    this.config = config;
    this.place = place;
    this.forget = forget;
    this.sharded = sharded;
  }

  static Servers of(RedisAddress address, RedisOptions options) {
    JedisClientConfig config = config(address, options);
    Set<HostAndPort> places = address.servers().stream()
        .map(server -> new HostAndPort(server.host(), server.port()))
        .collect(Collectors.toSet());
    return switch (address.kind()) {
      case PRIMARY -> {
        HostAndPort place = places.iterator().next();
        RedisClient client = RedisClient.builder()
            .hostAndPort(place)
            .clientConfig(config)
            .poolConfig(pool(options))
            .build();
        yield new Servers(client, config, key -> place, () -> client.getPool().clear(), false);
      }
      case SENTINEL -> {
        RedisSentinelClient client = RedisSentinelClient.builder()
            .masterName(String.valueOf(address.master()))
            .sentinels(places)
            .clientConfig(config)
            .sentinelClientConfig(sentinel(address, options))
            .poolConfig(pool(options))
            .build();
        yield new Servers(
            client,
            config,
            key -> client.getCurrentMaster(),
            () -> client.getPrimaryNodesConnectionMap().values().forEach(pool -> pool.clear()),
            false);
      }
      case CLUSTER -> {
        RedisClusterClient client = RedisClusterClient.builder()
            .nodes(places)
            .clientConfig(config)
            .poolConfig(pool(options))
            .build();
        yield new Servers(
            client,
            config,
            key -> owner(client, key),
            () -> client.getClusterNodes().values().forEach(pool -> pool.clear()),
            true);
      }
    };
  }

  private static HostAndPort owner(RedisClusterClient client, byte[] key) {
    try (Connection connection = client.getConnectionFromSlot(JedisClusterCRC16.getSlot(key))) {
      return connection.getHostAndPort();
    }
  }

  private static JedisClientConfig config(RedisAddress address, RedisOptions options) {
    return base(address, options)
        .user(address.user())
        .password(options.password())
        .database(address.database())
        .build();
  }

  /** Sentinels have passwords of their own, or none, as usual. */
  private static JedisClientConfig sentinel(RedisAddress address, RedisOptions options) {
    return base(address, options).build();
  }

  private static DefaultJedisClientConfig.Builder base(RedisAddress address, RedisOptions options) {
    int millis = (int) options.timeout().toMillis();
    return DefaultJedisClientConfig.builder()
        .protocol(RedisProtocol.RESP2)
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .connectionTimeoutMillis(millis)
        .socketTimeoutMillis(millis)
        .ssl(address.tls());
  }

  /** No thread of its own and no MBean: both would outlive the application. */
  private static GenericObjectPoolConfig<Connection> pool(RedisOptions options) {
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    int most = options.calls() + options.partitions() + 2;
    pool.setMaxTotal(most);
    pool.setMaxIdle(most);
    pool.setMinIdle(0);
    pool.setJmxEnabled(false);
    pool.setMaxWait(options.timeout());
    return pool;
  }

  UnifiedJedis client() {
    return client;
  }

  boolean sharded() {
    return sharded;
  }

  /** Opens a connection to the server of a key; nobody else uses it. */
  ListeningConnection connect(byte[] key) {
    return new ListeningConnection(place.apply(key), config);
  }

  /** Closes the connections that nobody uses now: the next question opens a new one. */
  void forget() {
    try {
      forget.run();
    } catch (JedisConnectionException e) {
      // it could not be reached, so nothing is idle
    }
  }

  /** Returns whether the server is no longer the primary, so that another has to be found. */
  static boolean isMoved(JedisDataException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("READONLY")
        || message.startsWith("MOVED")
        || message.startsWith("LOADING")
        || message.startsWith("MASTERDOWN");
  }

  @Override
  public void close() {
    client.close();
  }
}
