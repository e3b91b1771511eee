package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.CloseStatus;
import io.heartline.model.Rate;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomFilterTest {
  private static final Door DOOR = new Door(
      "test", RawProtocol.quiet(), SeatPolicy.NONE, Duration.ofDays(1), null, user -> List.of());

  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final RecordingLog said = new RecordingLog();
  private final RoomFilter filter;

  private final Map<String, Object> answer = new HashMap<>();

  RoomFilterTest(@TempDir Path folder) throws IOException {
    ApiKeys none = new ApiKeys(Map.of(), ApiKeyFile.open(folder.resolve("none")), () -> 0);
    Networks proxies = new Networks(List.of());
    Refused refused = new Refused(new RefusalLog(time::nanos, said), proxies, none);
    Turnstile.Bounds bounds =
        new Turnstile.Bounds(Rate.UNLIMITED, Rate.UNLIMITED, Integer.MAX_VALUE);
    filter =
        new RoomFilter(new Turnstile(engine, proxies, refused, bounds, time::nanos, () -> 0.4));
  }

  private final StringWriter body = new StringWriter();

  private static HttpServletRequest request() {
    return (HttpServletRequest) Proxy.newProxyInstance(
        RoomFilterTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "getRemoteAddr" -> "203.0.113.9";
          case "getMethod" -> "GET";
          case "getRequestURI" -> "/heartline/line";
          case "getHeaders" -> Collections.emptyEnumeration();
          default -> throw new UnsupportedOperationException(called.getName());
        });
  }

  private HttpServletResponse response() {
    return (HttpServletResponse) Proxy.newProxyInstance(
        RoomFilterTest.class.getClassLoader(),
        new Class<?>[] {HttpServletResponse.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "setHeader" -> answer.put((String) args[0], args[1]);
          case "setStatus" -> answer.put("status", args[0]);
          case "setContentType" -> null;
          case "getWriter" -> new PrintWriter(body, true);
          default -> throw new UnsupportedOperationException(called.getName());
        });
  }

  /** Returns whether a newcomer is let through; otherwise the answer is kept. */
  private boolean letIn() throws ServletException, IOException {
    boolean[] passed = {false};
    filter.doFilter(request(), response(), (request, response) -> passed[0] = true);
    return passed[0];
  }

  private void assertRefused() throws ServletException, IOException {
    assertThat(letIn()).isFalse();
    assertThat(answer).containsEntry("status", 503).containsEntry("Retry-After", "5");
    assertThat(body).hasToString("no room or stopping" + System.lineSeparator());
  }

  private void open(int lines) {
    for (int i = 0; i < lines; i++) {
      assertThat(engine.open(DOOR, new Nowhere(), Arrivals.of(null))).isPresent();
    }
  }

  @Test
  void whoFindsRoomIsLetIn() throws ServletException, IOException {
    open(engine.limits().lines() - 1);
    assertThat(letIn()).isTrue();
    assertThat(answer).isEmpty();
  }

  @Test
  void aFullServerRefusesAndSaysSo() throws ServletException, IOException {
    open(engine.limits().lines());
    assertRefused();
    assertThat(said.next())
        .singleElement()
        .asString()
        .contains("refused 203.0.113.9: GET /heartline/line - 503, all 100 lines are open");
  }

  @Test
  void aDrainingServerRefusesAndThatIsNoNews() throws ServletException, IOException {
    engine.drain(Duration.ZERO);
    assertRefused();
    assertThat(said.said).isEmpty();
    engine.undrain();
    assertThat(letIn()).isTrue();
  }

  @Test
  void aStoppingServerRefusesAndThatIsNoNews() throws ServletException, IOException {
    open(engine.limits().lines());
    engine.stop();
    assertRefused();
    assertThat(said.said).isEmpty();
  }

  private static final class Nowhere implements Connection {
    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      done.done(null);
    }

    @Override
    public void close(CloseStatus status) {}

    @Override
    public void cut(CloseStatus status) {}
  }
}
