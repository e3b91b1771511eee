package io.heartline.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomTest {
  /** As on a machine with two processors, where the JDK's HTTP client answers on the one thread. */
  @Test
  void whoWaitsOnTheOnlyThreadOfAPoolDoesNotKeepOutWhatMakesRoom() throws Exception {
    Room room = new Room(1000, Duration.ofHours(1));
    int first = room.take(700);
    ForkJoinPool pool = new ForkJoinPool(1);
    try {
      ForkJoinTask<Integer> waits = pool.submit(() -> room.take(700));
      pool.submit(() -> room.give(first));
      assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo(first);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Room is all a publisher may have to wait for: it is not told of the pool's troubles. */
  @Test
  void whereAPoolMayHaveNoMoreThreadsOneWaitsAllTheSame() throws Exception {
    Room room = new Room(1000, Duration.ofHours(1));
    int first = room.take(700);
    ForkJoinPool pool = new ForkJoinPool(
        1,
        ForkJoinPool.defaultForkJoinWorkerThreadFactory,
        null,
        false,
        0,
        1,
        1,
        null,
        1,
        TimeUnit.MINUTES);
    try {
      ForkJoinTask<Integer> waits = pool.submit(() -> room.take(700));
      room.give(first);
      assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo(first);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void withoutTimeToWaitThereIsRoomOrThereIsNone() {
    Room room = new Room(1000, Duration.ZERO);
    int first = room.take(5000); // never more than all
    assertThat(first).isEqualTo(1000);
    assertThat(room.take(1)).isZero();
    room.give(first);
    assertThat(room.take(1)).isPositive();
  }
}
