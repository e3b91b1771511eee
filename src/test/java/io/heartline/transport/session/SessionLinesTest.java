package io.heartline.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Limits;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.log.Retention;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import io.heartline.testing.Arrivals;
import io.heartline.testing.FakeTime;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionLinesTest {
  private static final int OWN = 1800;

  private final FakeTime time = new FakeTime();
  private final SessionLines lines = new SessionLines(SessionPolicy.EXTEND, time);

  private final Map<String, Object> attributes = new HashMap<>();
  private int seconds = OWN;
  private long accessed = now();

  private final HttpSession session = (HttpSession) Proxy.newProxyInstance(
      getClass().getClassLoader(),
      new Class<?>[] {HttpSession.class},
      (proxy, method, args) -> switch (method.getName()) {
        case "getId" -> "s1";
        case "getMaxInactiveInterval" -> seconds;
        case "setMaxInactiveInterval" -> {
          seconds = (Integer) args[0];
          yield null;
        }
        case "getLastAccessedTime" -> accessed;
        case "getAttribute" -> attributes.get((String) args[0]);
        case "setAttribute" -> attributes.put((String) args[0], args[1]);
        case "removeAttribute" -> attributes.remove((String) args[0]);
        default -> throw new AssertionError("unexpected: " + method);
      });

  private long now() {
    return time.epochMicros() / 1000;
  }

  private Line line() {
    Retention retention = new Retention(10, Duration.ofHours(24), 1 << 20);
    Duration second = Duration.ofSeconds(1);
    Limits limits = new Limits(
        second, second, second, second, second, 8, 1024, 1024, second, second, second, 100);
    Engine engine = new Engine(
        new MemoryStore(new Bounds(retention, 1 << 20, 10), time, "t"),
        (identity, action, channel) -> CompletableFuture.completedFuture(true),
        credentials -> new Authenticator.Verdict.Nobody().now(),
        limits,
        time,
        () -> 0,
        Thread::new,
        1,
        1,
        Runnable::run,
        1 << 20);
    Door door =
        new Door("events", new EventsProtocol(), SeatPolicy.NONE, second, null, user -> List.of());
    return engine.open(door, new Deaf(), Arrivals.of(null)).orElseThrow();
  }

  private void hoursPass(int hours) {
    for (int i = 0; i < hours * 60; i++) {
      time.advance(Duration.ofMinutes(1));
      lines.tend();
    }
  }

  /** Tomcat counts idle time from the end of a request, and a stream is one. */
  @Test
  void aStreamThatWasOpenForHoursLeavesTheSessionItsOwnIntervalOnly() {
    Line stream = line();
    lines.attach(session, stream);
    hoursPass(8);
    assertThat(seconds).isGreaterThan(8 * 3600);
    lines.detach(stream);
    accessed = now();
    time.advance(Duration.ofSeconds(1));
    lines.tend();
    assertThat(seconds).isEqualTo(OWN);
    assertThat(attributes).isEmpty();
  }

  /** The container counts idle time from the upgrade, however long ago. */
  @Test
  void afterAWebSocketTheSessionLivesOnAsAfterARequest() {
    Line webSocket = line();
    lines.attach(session, webSocket);
    hoursPass(8);
    lines.detach(webSocket);
    time.advance(Duration.ofSeconds(1));
    lines.tend();
    assertThat(Interval.left(session, now())).isBetween(OWN * 400L, OWN * 1000L);
  }

  private static final class Deaf implements Connection {
    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {}

    @Override
    public void close(CloseStatus status) {}

    @Override
    public void cut(CloseStatus status) {}
  }
}
