package io.heartline.store.redis;

import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** The primary that the address names. If it moves, its name or its load balancer moves with it. */
record OnePlace(HostAndPort place) implements Places {
  @Override
  public HostAndPort of(byte[] key, Deadline deadline) {
    return place;
  }

  @Override
  public HostAndPort known(byte[] key) {
    return place;
  }

  @Override
  public Set<HostAndPort> all() {
    return Set.of(place);
  }

  @Override
  public void doubt() {}

  @Override
  public void moved(JedisRedirectionException where) {}

  @Override
  public void check(Connection opened) {}
}
