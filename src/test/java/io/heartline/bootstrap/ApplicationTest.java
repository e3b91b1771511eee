package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import io.heartline.testing.Arrivals;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real threads, and what is left of them after the end. */
class ApplicationTest {
  private final NamedThreads threads = new NamedThreads();
  private final CountDownLatch release = new CountDownLatch(1);

  private static List<Thread> ours() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    return Stream.of(all)
        .limit(Thread.enumerate(all))
        .filter(thread -> thread.getName().startsWith("heartline-"))
        .toList();
  }

  private static Application application(Path data) throws IOException {
    Settings settings = Settings.read(new Sources(Map.<String, String>of()::get), false, 1 << 30);
    Outside outside = new Outside();
    return new Application(
        settings, data, Access.open(settings, data, outside, file -> {}), outside);
  }

  @Test
  void noThreadLivesAfterTheStop(@TempDir Path data) throws IOException {
    Application application = application(data);
    application.start();
    Door door = application.doors().get("/updatewebsocket");
    for (int i = 0; i < 50; i++) {
      assertThat(application.engine().open(door, new Reader(), Arrivals.of(null)))
          .isPresent();
    }
    assertThat(ours()).isNotEmpty();
    application.stop();
    assertThat(ours()).isEmpty();
    assertThat(application.engine().lines()).isZero();
  }

  @Test
  void aContainerThatIsSlowWithItsSessionsHoldsUpNoBeat(@TempDir Path data) throws Exception {
    Application application = application(data);
    application.start();
    try {
      CountDownLatch asked = new CountDownLatch(1);
      HttpSession session = (HttpSession) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {HttpSession.class},
          (proxy, method, args) -> switch (method.getName()) {
            case "getId" -> "slow";
            case "getMaxInactiveInterval" -> 60;
            case "getAttribute" -> null;
            default -> {
              asked.countDown();
              release.await();
              yield method.getReturnType() == long.class ? 0L : null;
            }
          });
      Door door = application.doors().get("/updatewebsocket");
      Line line =
          application.engine().open(door, new Reader(), Arrivals.of(null)).orElseThrow();
      application.sessions().attach(session, line);
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      CountDownLatch beat = new CountDownLatch(1);
      application.engine().timers().at(new SystemTime().nanos(), beat::countDown);
      assertThat(beat.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      release.countDown();
      application.stop();
    }
  }

  /** A peer that takes all at once. */
  private static final class Reader implements Connection {
    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      done.done(null);
    }

    @Override
    public void close(CloseStatus status) {}

    @Override
    public void cut(CloseStatus status) {}
  }

  @Test
  void whoHangsIsInterruptedAndEnds() {
    threads.newThread(this::hang).start();
    assertThat(threads.awaitEnd(Duration.ofSeconds(10))).isEmpty();
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoHangsForEverIsNamed() {
    Thread deaf = threads.newThread(() -> {
      while (release.getCount() > 0) {
        hang();
        Thread.interrupted();
      }
    });
    deaf.start();
    try {
      assertThat(threads.awaitEnd(Duration.ofMillis(100))).containsExactly(deaf);
    } finally {
      release.countDown();
    }
    assertThat(threads.awaitEnd(Duration.ofSeconds(10))).isEmpty();
  }
}
