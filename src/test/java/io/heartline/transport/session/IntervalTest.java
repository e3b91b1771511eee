package io.heartline.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private final Map<String, Object> attributes = new HashMap<>();
  private int seconds = 60;
  private long accessed = 1_000_000;

  private final HttpSession session = (HttpSession) Proxy.newProxyInstance(
      getClass().getClassLoader(),
      new Class<?>[] {HttpSession.class},
      (proxy, method, args) -> switch (method.getName()) {
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

  @Test
  void itLivesOnForItsOwnIntervalAfterEachExtension() {
    Interval interval = new Interval(session);
    for (long now = accessed; now < accessed + 600_000; now += 1_000) {
      interval.extend(now);
      assertThat(Interval.left(session, now)).isBetween(30_000L, 61_000L);
    }
  }

  @Test
  void theNextRequestPutsItsOwnIntervalBack() {
    Interval interval = new Interval(session);
    interval.extend(accessed + 300_000);
    assertThat(seconds).isEqualTo(360);
    Interval.restore(session);
    assertThat(seconds).isEqualTo(60);
    assertThat(attributes).isEmpty();
  }

  @Test
  void aSecondLineKnowsTheSessionsOwnInterval() {
    new Interval(session).extend(accessed + 300_000);
    new Interval(session).extend(accessed + 400_000);
    assertThat(seconds).isEqualTo(460);
    Interval.restore(session);
    assertThat(seconds).isEqualTo(60);
  }

  @Test
  void oneThatNeverTimesOutIsLeftAlone() {
    seconds = -1;
    new Interval(session).extend(accessed + 300_000);
    assertThat(seconds).isEqualTo(-1);
    assertThat(attributes).isEmpty();
    assertThat(Interval.left(session, accessed)).isEqualTo(Long.MAX_VALUE);
  }
}
