package io.heartline.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Whatever happens to sessions and lines, in whatever order: no line stays that is gone. */
class SessionLinesModelTest {
  private static final int STEPS = 1_000;
  private static final int SESSIONS = 4;

  private final long seed = Long.getLong("heartline.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final FakeTime time = new FakeTime();
  private final SessionLines lines = new SessionLines(SessionPolicy.EXTEND, time);
  private final Engine engine = Engines.idle(time);

  /** One session and the lines that are open under it. */
  private final class Known {
    ScriptedHttpSession session = fresh();
    final List<Line> open = new ArrayList<>();
  }

  private final List<Known> known = new ArrayList<>();
  private int ids;

  private ScriptedHttpSession fresh() {
    return new ScriptedHttpSession("s" + ids++, time);
  }

  @Test
  void asTheModelSays() throws InterruptedException {
    for (int i = 0; i < SESSIONS; i++) {
      known.add(new Known());
    }
    for (int step = 0; step < STEPS; step++) {
      step(known.get(random.nextInt(SESSIONS)));
      long withLines = known.stream().filter(one -> !one.open.isEmpty()).count();
      assertThat(lines.size()).as("seed %d, step %d", seed, step).isEqualTo(withLines);
    }
    known.forEach(one -> one.open.forEach(line -> line.closed(1006)));
    assertThat(lines.size()).as("seed %d", seed).isZero();
    lines.tend(); // a last time
    List<Integer> extensions = extensions();
    for (int i = 0; i < 5; i++) {
      time.advance(Duration.ofHours(1));
      lines.tend();
    }
    assertThat(extensions()).as("seed %d", seed).isEqualTo(extensions);
  }

  private List<Integer> extensions() {
    return known.stream().map(one -> one.session.extensions).toList();
  }

  private void step(Known one) throws InterruptedException {
    switch (random.nextInt(7)) {
      case 0, 1 -> open(one);
      case 2, 3 -> {
        if (!one.open.isEmpty()) {
          one.open.remove(random.nextInt(one.open.size())).closed(1006);
        }
      }
      case 4 -> one.session.changeId("s" + ids++, lines);
      case 5 -> {
        one.session.end(lines);
        one.open.forEach(line -> line.closed(1006));
        one.open.clear();
        one.session = fresh();
      }
      default -> {
        time.advance(Duration.ofMinutes(random.nextInt(20)));
        lines.tend();
      }
    }
  }

  /** Opens a line; something may happen to it or to its session before it is known. */
  private void open(Known one) throws InterruptedException {
    if (engine.lines() > 90) {
      return; // it takes in a hundred
    }
    Line line = SessionLinesTest.open(engine);
    boolean closes = random.nextInt(3) == 0;
    String next = random.nextInt(3) == 0 ? "s" + ids++ : null;
    Thread other = new Thread(() -> {
      if (closes) {
        line.closed(1006);
      }
      if (next != null) {
        one.session.changeId(next, lines);
      }
    });
    one.session.onGetId = () -> SessionLinesTest.runAside(other);
    lines.attach(one.session.session, line);
    other.join();
    if (!closes) {
      one.open.add(line);
    }
  }

  @Test
  void asManyThreadsDoIt() throws InterruptedException {
    ScriptedHttpSession shared = fresh();
    int rounds = 1_000;
    CountDownLatch done = new CountDownLatch(3);
    for (int thread = 0; thread < 3; thread++) {
      new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
              Line line = SessionLinesTest.open(engine);
              if (i % 100 == 0) {
                new Thread(() -> line.closed(1006)).start();
              }
              lines.attach(shared.session, line);
              line.closed(1006);
            }
            done.countDown();
          })
          .start();
    }
    while (done.getCount() > 0) {
      shared.changeId("s" + ids++, lines);
      Thread.yield();
    }
    done.await();
    assertThat(lines.size()).isZero();
  }
}
