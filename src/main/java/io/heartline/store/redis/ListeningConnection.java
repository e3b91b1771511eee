package io.heartline.store.redis;

import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.commands.ProtocolCommand;

/** A connection on which one thread hears what is published, while others subscribe. */
final class ListeningConnection extends Connection {
  private final ReentrantLock writing = new ReentrantLock();

  ListeningConnection(HostAndPort place, JedisClientConfig config) {
    super(place, config);
  }

  /** Sends a command at once. Its answer is heard by whoever listens. */
  void send(ProtocolCommand command, byte[]... args) {
    writing.lock();
    try {
      sendCommand(command, args);
      flush();
    } finally {
      writing.unlock();
    }
  }

  /** Does the same, unless somebody is writing, who may have to wait. Returns whether it did. */
  boolean trySend(ProtocolCommand command) {
    if (!writing.tryLock()) {
      return false;
    }
    try {
      sendCommand(command);
      flush();
      return true;
    } finally {
      writing.unlock();
    }
  }

  /** Waits for the next answer or message: for ever, unless the time was bounded. */
  Object next() {
    return getUnflushedObject();
  }
}
