package io.heartline.store.redis;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Opens connections: who we say we are, and whether by TLS. */
record Connecting(RedisAddress address, RedisOptions options) {
  /** Opens a connection to a server that has data. */
  Connection open(HostAndPort place, Deadline deadline) {
    return new Connection(place, config(deadline.millis()));
  }

  /** Opens one on which one thread listens. */
  ListeningConnection listening(HostAndPort place, Deadline deadline) {
    return new ListeningConnection(place, config(deadline.millis()));
  }

  /** Opens one to a sentinel. They have passwords of their own, or none, as usual. */
  Connection sentinel(HostAndPort place, Deadline deadline) {
    return new Connection(place, base(deadline.millis()).build());
  }

  private JedisClientConfig config(int millis) {
    return base(millis)
        .user(address.user())
        .password(options.password())
        .database(address.database())
        .build();
  }

  /** The time is that of each step: to connect, to log in, to answer. */
  private DefaultJedisClientConfig.Builder base(int millis) {
    return DefaultJedisClientConfig.builder()
        .protocol(RedisProtocol.RESP2)
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .connectionTimeoutMillis(millis)
        .socketTimeoutMillis(millis)
        .ssl(address.tls())
        .sslSocketFactory(address.tls() ? trusting() : null)
        .sslParameters(named());
  }

  /** Trusts whom this JVM trusts. */
  private static SSLSocketFactory trusting() {
    try {
      return SSLContext.getDefault().getSocketFactory();
    } catch (NoSuchAlgorithmException e) {
      throw new JedisConnectionException("this JVM has no TLS", e);
    }
  }

  /** The certificate must be for this host: the JVM checks that only if it is told to. */
  private static SSLParameters named() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }
}
