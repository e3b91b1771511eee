package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.UnspeakableError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real threads, stuck by latches; the time they hang is the pool's own, few milliseconds. */
class WriterPoolTest {
  private final LinkedBlockingQueue<String> taken = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /** Two that write, one that watches, and the first that are to replace stuck ones. */
  private final CountDownLatch made = new CountDownLatch(3 + 4);

  /** How threads are made at this moment. */
  private enum Making {
    WELL,
    /** As where the system has no thread left. */
    NOT_STARTED,
    ENDING_AT_ONCE
  }

  private volatile Making making = Making.WELL;

  private final WriterPool pool = new WriterPool(2, 3, System::nanoTime, task -> {
    Making making = this.making;
    Thread thread = new Thread(making == Making.ENDING_AT_ONCE ? () -> {} : task) {
      @Override
      public void start() {
        if (making == Making.NOT_STARTED) {
          made.countDown();
          throw new InternalError("unable to create native thread, as it is to be");
        }
        super.start();
        made.countDown();
      }
    };
    thread.setDaemon(true);
    synchronized (threads) {
      threads.add(thread);
    }
    return thread;
  });

  WriterPoolTest() {
    pool.start();
  }

  @AfterEach
  void close() {
    release.countDown();
    pool.close();
  }

  private void stick(int turns) {
    for (int i = 0; i < turns; i++) {
      pool.ready(mayBlock -> {
        taken.add(mayBlock ? "stuck" : "may not block");
        if (mayBlock) {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      });
    }
  }

  private String next() throws InterruptedException {
    String next = taken.poll(20, TimeUnit.SECONDS);
    return next == null ? "(nothing)" : next;
  }

  @Test
  void sparesTakeThePlaceOfStuckThreads() throws InterruptedException {
    stick(3); // as many as there are spares, and more than there are threads
    for (int i = 0; i < 3; i++) {
      assertThat(next()).isEqualTo("stuck");
    }
    pool.ready(mayBlock -> taken.add("healthy"));
    assertThat(next()).isEqualTo("healthy");
  }

  @Test
  void whenSparesRunOutTurnsMayNotBlock() throws InterruptedException {
    stick(20);
    int stuck = 0;
    for (int i = 0; i < 20; i++) {
      stuck += next().equals("stuck") ? 1 : 0;
    }
    assertThat(stuck)
        .as("two threads and three spares, and whoever began before the watch looked")
        .isBetween(3, 5);
    pool.ready(mayBlock -> taken.add("healthy"));
    assertThat(next()).isEqualTo("healthy");
  }

  @Test
  void sparesGoWhenTheStuckComeBack() throws InterruptedException {
    stick(3);
    for (int i = 0; i < 3; i++) {
      next();
    }
    release.countDown();
    for (int i = 0; i < 100; i++) {
      pool.ready(mayBlock -> taken.add("healthy"));
      assertThat(next()).isEqualTo("healthy");
    }
    for (Thread thread : alive()) {
      thread.join(10); // those no longer needed end by themselves
    }
    assertThat(pool.stuck()).isZero();
    assertThat(alive()).hasSizeLessThanOrEqualTo(3); // two that write and one that watches
  }

  private List<Thread> alive() {
    synchronized (threads) {
      return threads.stream().filter(Thread::isAlive).toList();
    }
  }

  @Test
  void aTurnThatFailsTakesNoThreadWithIt() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      pool.ready(mayBlock -> {
        throw new IllegalStateException("on purpose");
      });
    }
    pool.ready(mayBlock -> taken.add("healthy"));
    assertThat(next()).isEqualTo("healthy");
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_STARTED", "ENDING_AT_ONCE"})
  void thePoolIsWholeAgainOnceThreadsCanBeHad(Making lacking) throws InterruptedException {
    making = lacking;
    stick(2);
    assertThat(List.of(next(), next())).containsExactly("stuck", "stuck");
    pool.ready(mayBlock -> taken.add("healthy"));
    assertThat(made.await(20, TimeUnit.SECONDS)).as("tries to replace them").isTrue();
    assertThat(taken).isEmpty();
    making = Making.WELL;
    assertThat(next()).isEqualTo("healthy");
    assertThat(pool.stuck()).isEqualTo(2);
  }

  @Test
  void aThreadThatDiesIsReplaced() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      pool.ready(mayBlock -> {
        throw new UnspeakableError();
      });
    }
    pool.ready(mayBlock -> taken.add("healthy"));
    assertThat(next()).isEqualTo("healthy");
  }

  /** This pool has no threads: turns are taken when told. */
  @Test
  void whatMayWaitIsTakenAfterOthersButNotNever() {
    WriterPool still = new WriterPool(1, 0, System::nanoTime, Thread::new);
    still.later(mayBlock -> taken.add("patient"));
    still.later(mayBlock -> taken.add("patient"));
    for (int i = 0; i < 2 * WriterPool.PATIENCE; i++) {
      still.ready(mayBlock -> taken.add("other"));
    }
    List<String> order = new ArrayList<>();
    while (still.turn(true)) {
      order.add(taken.remove());
    }
    List<String> expected = new ArrayList<>(Collections.nCopies(2 * WriterPool.PATIENCE, "other"));
    expected.add(WriterPool.PATIENCE, "patient");
    expected.add("patient");
    assertThat(order).isEqualTo(expected);
  }

  @Test
  void whatMayWaitIsTakenByThreadsThatHaveNothingElse() throws InterruptedException {
    pool.later(mayBlock -> taken.add("patient"));
    assertThat(next()).isEqualTo("patient");
  }
}
