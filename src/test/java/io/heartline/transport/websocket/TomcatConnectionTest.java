package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Outgoing;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** For how long Tomcat's own pongs wait: it asks the session's properties when it writes one. */
class TomcatConnectionTest {
  private static final String PONGS = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
  private static final Outgoing TEXT = new Outgoing(List.of("text"), false, false, 0, null);

  private final Map<String, Object> properties = new ConcurrentHashMap<>();
  private final List<String> outcome = new ArrayList<>();
  private Object pongsDuringTheSend;
  private SendHandler pending;

  private final TomcatConnection connection = new TomcatConnection(
      proxy(Session.class, (proxy, method, args) -> switch (method.getName()) {
        case "getUserProperties" -> properties;
        case "getBasicRemote" ->
          proxy(RemoteEndpoint.Basic.class, (p, m, a) -> {
            pongsDuringTheSend = properties.get(PONGS);
            return null;
          });
        case "getAsyncRemote" ->
          proxy(RemoteEndpoint.Async.class, (p, m, a) -> {
            if (m.getName().equals("sendText")) {
              pending = (SendHandler) a[1];
            }
            return null;
          });
        default -> throw new AssertionError(method);
      }),
      Duration.ofSeconds(7));

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private void write(Mode mode) {
    connection.write(TEXT, mode, failure -> outcome.add(String.valueOf(failure)));
  }

  @Test
  void aPongHoldsItsThreadForASecondWhileNothingIsWritten() {
    assertThat(properties).containsEntry(PONGS, 1_000L);
  }

  @Test
  void aPongWaitsAsLongAsAWriteThatHoldsItsThread() {
    write(Mode.MAY_BLOCK);
    assertThat(pongsDuringTheSend).isEqualTo(7_000L);
    assertThat(outcome).containsExactly("null");
    assertThat(properties).containsEntry(PONGS, 1_000L);
  }

  @Test
  void aPongWaitsAsLongAsAWriteThatHoldsNone() {
    write(Mode.MUST_NOT_BLOCK);
    assertThat(properties).containsEntry(PONGS, 7_000L);
    assertThat(outcome).isEmpty();
    pending.onResult(new SendResult());
    assertThat(outcome).containsExactly("null");
    assertThat(properties).containsEntry(PONGS, 1_000L);
  }

  @Test
  void itWaitsNoLongerAfterAFailure() {
    write(Mode.MUST_NOT_BLOCK);
    pending.onResult(new SendResult(new IOException("cut")));
    assertThat(outcome).containsExactly("java.io.IOException: cut");
    assertThat(properties).containsEntry(PONGS, 1_000L);
  }
}
