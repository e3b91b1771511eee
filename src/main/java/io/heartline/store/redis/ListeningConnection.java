package io.heartline.store.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.commands.ProtocolCommand;

/** A connection on which one thread hears what is published, while others subscribe. */
final class ListeningConnection extends Connection {
  ListeningConnection(HostAndPort place, JedisClientConfig config) {
    super(place, config);
    setTimeoutInfinite(); // who listens may wait long; pings tell whether Redis is there
  }

  /** Sends a command at once. Its answer is heard by whoever listens. */
  synchronized void send(ProtocolCommand command, byte[]... args) {
    sendCommand(command, args);
    flush();
  }

  /** Waits for the next answer or message. */
  Object next() {
    return getUnflushedObject();
  }
}
