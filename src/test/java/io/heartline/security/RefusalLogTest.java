package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.security.RefusalLog.Reason;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
  private final FakeTime time = new FakeTime();
  private final RecordingLog said = new RecordingLog();
  private final RefusalLog log = new RefusalLog(time::nanos, said);

  private void refused(Reason reason, String address) {
    log.refused(reason, address, () -> "why");
  }

  private void refused(int times, Reason reason, String address) {
    for (int i = 0; i < times; i++) {
      refused(reason, address);
    }
  }

  @Test
  void theFirstIsToldAtOnceAndTheRestWhenTheMinuteIsOver() {
    refused(812, Reason.ORIGIN, "203.0.113.9");
    assertThat(said.next()).containsExactly("WARNING refused 203.0.113.9: why");
    time.advance(Duration.ofSeconds(59));
    log.tend();
    assertThat(said.next()).isEmpty();
    time.advance(Duration.ofSeconds(1));
    log.tend(); // nobody has come again
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 203.0.113.9 (foreign page) 811 more times within a minute");
    log.tend();
    assertThat(said.next()).isEmpty();
  }

  @Test
  void oneThatIsNotRepeatedIsOneLine() {
    refused(Reason.ORIGIN, "203.0.113.9");
    time.advance(Duration.ofMinutes(2));
    log.tend();
    log.end();
    assertThat(said.next()).hasSize(1);
  }

  @Test
  void anotherAddressAndAnotherReasonAreToldOnTheirOwn() {
    refused(3, Reason.ORIGIN, "203.0.113.9");
    refused(3, Reason.ORIGIN, "203.0.113.10");
    refused(3, Reason.KEY, "203.0.113.9");
    assertThat(said.next()).hasSize(3);
  }

  @Test
  void addressesOfOneCustomerCountAsOne() {
    refused(Reason.KEY, "2001:db8:1:2::1");
    refused(Reason.KEY, "2001:db8:1:2:ffff::2");
    refused(Reason.KEY, "2001:db8:1:3::1");
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 2001:db8:1:2::1: why", "WARNING refused 2001:db8:1:3::1: why");
    log.end();
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 2001:db8:1:2:0:0:0:0/64 (missing or wrong key) once more within a minute");
  }

  @Test
  void manyAddressesShareWhatIsLeft() {
    for (int i = 0; i < 10_000; i++) {
      refused(Reason.ORIGIN, "10.1." + i / 250 + "." + i % 250);
    }
    assertThat(said.next()).hasSize(RefusalLog.ADDRESSES + 1);
    log.end();
    assertThat(said.next())
        .containsExactly("WARNING refused others " + (10_000 - RefusalLog.ADDRESSES - 1)
            + " more times within a minute");
  }

  @Test
  void whatIsNotLoggedIsNotEvenPutTogether() {
    refused(Reason.ORIGIN, "203.0.113.9");
    log.refused(Reason.ORIGIN, "203.0.113.9", () -> {
      throw new AssertionError("nobody reads this");
    });
  }

  @Test
  void aLogThatStandsStillHoldsUpNobodyElse() throws InterruptedException {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    Thread stuck = new Thread(() -> log.refused(Reason.ORIGIN, "203.0.113.9", () -> {
      writing.countDown();
      try {
        disk.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return "at last";
    }));
    stuck.start();
    writing.await();
    refused(Reason.ORIGIN, "203.0.113.9"); // would wait forever if the lock were held
    log.tend();
    disk.countDown();
    stuck.join();
    assertThat(said.next()).containsExactly("WARNING refused 203.0.113.9: at last");
  }

  @Test
  void manyAtOnceAreAllCounted() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(new Thread(() -> refused(1000, Reason.ROOM, "203.0.113.9")));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    log.end();
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 203.0.113.9: why",
            "WARNING refused 203.0.113.9 (no room) 7999 more times within a minute");
  }
}
