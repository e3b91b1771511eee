package io.heartline.store.redis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.heartline.engine.Store;
import io.heartline.store.StoreContract;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** On a real Redis. */
class RedisStoreTest extends StoreContract {
  private static final RedisOptions OPTIONS =
      new RedisOptions(null, "hl:", "heartline", 1, Duration.ofSeconds(5), 4, 10_000);

  private RedisServer server;
  private Redis redis;
  private PolledTimers polled;

  @Override
  protected Store open() {
    server = RedisServer.shared();
    redis = new Redis(RedisAddress.parse(server.address()), OPTIONS, time::nanos, Thread::new);
    polled = new PolledTimers(time::nanos);
    RedisStore opened =
        new RedisStore(redis, BOUNDS, 8_000, polled.timers(), time, "t", Thread::new, 1 << 20);
    opened.start();
    return opened;
  }

  @Test
  void whatGoesTakesTheBytesOfItsIdWithIt() {
    for (int i = 0; i < 5; i++) {
      append("few:a", "\"data\"", "id" + i);
    }
    try (Jedis jedis = server.connect()) {
      assertThat(jedis.lrange("hl:{0}:l:few:a", 0, -1))
          .hasSize(2)
          .last(STRING)
          .matches("2 \\d+ id4 \"data\"");
      String bytes = String.valueOf(2 * ("id4 \"data\"".length() + 64));
      assertThat(jedis.hget("hl:{0}:c:few:a", "b")).isEqualTo(bytes);
      assertThat(jedis.hget("hl:{0}:all", "bytes")).isEqualTo(bytes);
    }
  }

  @AfterEach
  void closeRedis() {
    store.close();
    redis.close();
    polled.close();
  }
}
