package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.FaultLog;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which answers count as refused. */
class CallsTest {
  private static final HttpServletRequest REQUEST = (HttpServletRequest) Proxy.newProxyInstance(
      CallsTest.class.getClassLoader(),
      new Class<?>[] {HttpServletRequest.class},
      (proxy, method, args) -> null);

  private final List<Integer> refused = new ArrayList<>();
  private final Calls calls = new Calls(
      () -> 0,
      Duration.ofSeconds(1),
      Duration.ofSeconds(1),
      1,
      (request, status, answer) -> refused.add(status),
      new FaultLog(() -> 0));

  private void answered(Reply reply) {
    calls.answering(REQUEST, reply);
  }

  @Test
  void wantOfAKeyAndWantOfRoomAreRefusals() {
    answered(Reply.of(Refusal.unauthorized()));
    answered(Reply.of(Refusal.busy("body", "no room")));
    assertThat(refused).containsExactly(401, 503);
  }

  @Test
  void neitherAnUnreadyServersAnswerToItsBalancerNorABadRequestIsOne() {
    answered(Reply.of(503, "{\"ready\":false}"));
    answered(Reply.of(Refusal.badRequest("channel", "must be given")));
    answered(Reply.ok("{}"));
    assertThat(refused).isEmpty();
  }
}
