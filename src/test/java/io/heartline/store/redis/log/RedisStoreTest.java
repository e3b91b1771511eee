package io.heartline.store.redis.log;

import io.heartline.engine.Store;
import io.heartline.store.StoreContract;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.testing.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** On a real Redis. */
class RedisStoreTest extends StoreContract {
  private static final RedisOptions OPTIONS =
      new RedisOptions(null, "hl:", "heartline", 1, Duration.ofSeconds(5), 4, 10_000);

  private Redis redis;
  private PolledTimers polled;

  @Override
  protected Store open() {
    RedisServer server = RedisServer.shared();
    redis = new Redis(RedisAddress.parse(server.address()), OPTIONS, time::nanos, Thread::new);
    polled = new PolledTimers(time::nanos);
    RedisStore opened =
        new RedisStore(redis, BOUNDS, 8_000, polled.timers(), time, "t", Thread::new, 1 << 20);
    opened.start();
    return opened;
  }

  @AfterEach
  void closeRedis() {
    store.close();
    redis.close();
    polled.close();
  }
}
