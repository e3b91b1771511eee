package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Rate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BucketsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Buckets buckets = new Buckets(new Rate(1, 2), 3, 0);

  @Test
  void eachHasTheirOwn() {
    assertThat(buckets.take("ann", 2, 0)).isZero();
    assertThat(buckets.take("ann", 1, 0)).isEqualTo(SECOND);
    assertThat(buckets.take("bob", 2, 0)).isZero();
  }

  @Test
  void thoseForWhomThereIsNoRoomShareOne() {
    buckets.take("a", 1, 0);
    buckets.take("b", 1, 0);
    buckets.take("c", 1, 0);
    assertThat(buckets.take("d", 2, 0)).isZero();
    assertThat(buckets.take("e", 1, 0)).isPositive();
    assertThat(buckets.take("a", 1, 0)).isZero();
    assertThat(buckets.size()).isEqualTo(4);
  }

  @Test
  void whoHasRestedIsForgotten() {
    buckets.take("a", 1, 0);
    buckets.take("b", 1, 0);
    buckets.take("c", 2, 0);
    assertThat(buckets.take("d", 1, SECOND)).isZero(); // a and b have rested, which makes room
    assertThat(buckets.size()).isEqualTo(2);
    assertThat(buckets.take("c", 2, SECOND)).as("c has not").isPositive();
    buckets.take("e", 1, 2 * 60 * SECOND);
    assertThat(buckets.size()).isEqualTo(1);
  }

  @Test
  void withoutALimitNobodyIsRemembered() {
    Buckets free = new Buckets(Rate.UNLIMITED, 3, 0);
    assertThat(free.take("a", 1_000_000, 0)).isZero();
    assertThat(free.size()).isZero();
  }

  /** Threads that take at the same moment get no more than there is. */
  @Test
  void threadsShareWhatThereIs() throws InterruptedException {
    Buckets many = new Buckets(new Rate(1, 1000), 3, 0);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(1);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> {
        try {
          all.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        for (int j = 0; j < 1000; j++) {
          taken.addAndGet(many.take("one", 1, 0) == 0 ? 1 : 0);
        }
      });
      threads[i].start();
    }
    all.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1000);
  }
}
