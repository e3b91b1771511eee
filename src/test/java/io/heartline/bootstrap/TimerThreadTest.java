package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Timers;
import io.heartline.testing.UnspeakableError;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real thread; waits for facts only. */
class TimerThreadTest {
  private final SystemTime time = new SystemTime();
  private final Timers timers = new Timers();
  private final LinkedBlockingQueue<String> ran = new LinkedBlockingQueue<>();

  @Test
  void noErrorEndsTheThreadOnWhichAllBeatsDepend() throws InterruptedException {
    timers.at(time.nanos(), () -> {
      ran.add("fails");
      throw new UnspeakableError();
    });
    try (TimerThread thread = new TimerThread(timers, time, Thread::new)) {
      thread.start();
      assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("fails");
      timers.at(time.nanos(), () -> ran.add("beat"));
      String next = ran.poll(20, TimeUnit.SECONDS);
      while ("fails".equals(next)) { // it is run again
        next = ran.poll(20, TimeUnit.SECONDS);
      }
      assertThat(next).isEqualTo("beat");
    }
  }

  @Test
  void itPollsThoughNothingIsDueSoThatAPauseOfTheServerIsFound() throws InterruptedException {
    timers.exhausted(() -> !ran.add("asked"));
    try (TimerThread thread = new TimerThread(timers, time, Thread::new)) {
      thread.start();
      for (int i = 0; i < 3; i++) {
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("asked");
      }
    }
  }
}
