package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.testing.Arrivals;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Two newcomers find a holder that is dying: it is gone, but has not left its seat yet. Each used
 * to be told the other's outcome while it held its own conversation's lock.
 */
class SeatDeadlockTest {
  private final Rig rig = new Rig();

  /** The holder's end has begun, and goes on when the other latch opens. */
  private final CountDownLatch dying = new CountDownLatch(1);

  private final CountDownLatch dead = new CountDownLatch(1);

  /** The first newcomer reads the clock, as it does on its way to probe the holder. */
  private final CountDownLatch firstWaits = new CountDownLatch(1);

  private volatile Thread second;

  /** The wall clock stops the first newcomer until the second has come as far as it can. */
  private final class StoppingTime implements TimeSource {
    private final FakeTime time = new FakeTime();

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public long epochMicros() {
      if (Thread.currentThread().getName().equals("first") && firstWaits.getCount() > 0) {
        firstWaits.countDown();
        awaitSecond();
      }
      return time.epochMicros();
    }

    private void awaitSecond() {
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (System.nanoTime() - deadline < 0) {
        Thread thread = second;
        if (thread != null
            && (thread.getState() == Thread.State.BLOCKED
                || thread.getState() == Thread.State.TERMINATED)) {
          return;
        }
        Thread.yield();
      }
    }
  }

  /** A store whose views close only when told to. */
  private final class StoppingStore implements Store {
    @Override
    public CompletionStage<List<Position>> append(List<Draft> drafts) {
      return rig.store.append(drafts);
    }

    @Override
    public CompletionStage<Opened> open(ChannelName channel, From from) {
      return rig.store
          .open(channel, from)
          .thenApply(opened -> new Opened(stopping(opened.view()), opened.start()));
    }

    private View stopping(View view) {
      return new View() {
        @Override
        public Position head() {
          return view.head();
        }

        @Override
        public Reading read(Position after, int maxBytes) {
          return view.read(after, maxBytes);
        }

        @Override
        public void close() {
          dying.countDown();
          await(dead);
          view.close();
        }
      };
    }

    @Override
    public void watch(Consumer<ChannelName> committed) {}

    @Override
    public void sweep() {}

    @Override
    public void close() {}
  }

  @Test
  void twoNewcomersWhoProbeADyingHolderAreBothAnswered() throws InterruptedException {
    StoppingTime time = new StoppingTime();
    Engine engine = new Engine(
        new StoppingStore(),
        (identity, action, channel) -> Rights.Decision.YES.now(),
        credentials -> new Authenticator.Verdict.Nobody().now(),
        rig.engine.limits(),
        time,
        () -> 0,
        Thread::new,
        1,
        1,
        Runnable::run,
        1 << 20,
        new Unfinished(1 << 30, 64 * 1024));
    Line holder = open(engine);
    holder.received("{\"hello\":{\"instance\":\"holder\"}}\n{\"subscribe\":\"updates\"}");
    Line one = open(engine);
    Line other = open(engine);
    Thread end = start("end", () -> holder.closed(1006));
    await(dying);
    Thread first = start("first", () -> one.received("{\"hello\":{\"instance\":\"one\"}}"));
    await(firstWaits);
    second = start("second", () -> other.received("{\"hello\":{\"instance\":\"other\"}}"));
    first.join(20_000);
    second.join(20_000);
    List<Thread.State> states = List.of(first.getState(), second.getState());
    dead.countDown();
    assertThat(states).containsExactly(Thread.State.TERMINATED, Thread.State.TERMINATED);
    end.join(20_000);

    one.received("{\"beat\":1}"); // whoever sits answers the probe for the other
    other.received("{\"beat\":1}");
    engine.timers().poll(time.nanos());
    while (engine.pool().turn(true)) {
      engine.timers().poll(time.nanos());
    }
    assertThat(List.of(one.isEnding(), other.isEnding())).containsExactlyInAnyOrder(true, false);
    engine.close();
  }

  private static Line open(Engine engine) {
    return engine
        .open(Rig.pages(SeatPolicy.OLDEST), new RecordingConnection(), Arrivals.of(Rig.ANN))
        .orElseThrow();
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
