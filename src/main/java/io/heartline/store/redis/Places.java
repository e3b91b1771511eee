package io.heartline.store.redis;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** Where the server is that has a key. It may move. Thread-safe. */
sealed interface Places permits OnePlace, SentinelPlaces, ClusterPlaces {
  /**
   * Returns where a key is, and asks for it if that is not known. Blocks.
   *
   * @throws JedisException if nobody says
   */
  HostAndPort of(byte[] key, Deadline deadline);

  /** Returns where a key was last; null if that is not known. */
  @Nullable
  HostAndPort known(byte[] key);

  /** Returns all servers that are known to have keys. */
  Set<HostAndPort> all();

  /** What is known may be wrong: it is asked for again before the next question. */
  void doubt();

  /** A server has said who has a slot now. */
  void moved(JedisRedirectionException where);

  /**
   * Looks at a new connection.
   *
   * @throws JedisException if it does not lead to where it should
   */
  void check(Connection opened);
}
