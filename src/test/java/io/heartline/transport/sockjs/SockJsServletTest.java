package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.Room;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SockJsServletTest {
  private static final Door DOOR = new Door(
      "test", RawProtocol.quiet(), SeatPolicy.NONE, Duration.ofDays(1), null, user -> List.of());

  private final Map<String, Object> answer = new HashMap<>();
  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);

  /** What a line cannot be opened with. */
  private boolean broken;

  private final SockJsServlet servlet = new SockJsServlet(
      new SockJsService(
          "/base", DOOR, List.of(), false, true, true, true, 4096, Duration.ofSeconds(5)),
      new SockJsContext(
          engine,
          null,
          credentials -> new Authenticator.Verdict.Nobody().now(),
          request -> null,
          this::address,
          null,
          client -> 0,
          time,
          1024,
          Duration.ofSeconds(5),
          new Room(1024),
          new SockJsFrames(1024)));

  private String address(HttpServletRequest request) {
    if (broken) {
      throw new IllegalStateException("broken");
    }
    return "203.0.113.9";
  }

  private static HttpServletRequest request(String method, String uri, long length) {
    return (HttpServletRequest) Proxy.newProxyInstance(
        SockJsServletTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "getMethod" -> method;
          case "getRequestURI" -> uri;
          case "getContextPath" -> "";
          case "getContentLengthLong" -> length;
          case "startAsync" -> waiting((HttpServletRequest) proxy);
          default -> null;
        });
  }

  private static AsyncContext waiting(HttpServletRequest request) {
    return (AsyncContext) Proxy.newProxyInstance(
        SockJsServletTest.class.getClassLoader(),
        new Class<?>[] {AsyncContext.class},
        (proxy, called, args) -> called.getName().equals("getRequest") ? request : null);
  }

  private HttpServletResponse response() {
    return (HttpServletResponse) Proxy.newProxyInstance(
        SockJsServletTest.class.getClassLoader(),
        new Class<?>[] {HttpServletResponse.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "setHeader" -> answer.put((String) args[0], args[1]);
          case "setStatus" -> answer.put("status", args[0]);
          case "getOutputStream" -> new Nowhere();
          default -> null;
        });
  }

  /** The container would make a thread wait for the rest of a body that nobody reads. */
  @ParameterizedTest
  @CsvSource({
    "GET, /base",
    "GET, /base/info",
    "OPTIONS, /base/info",
    "GET, /base/iframe.html",
    "GET, /base/websocket",
    "GET, /base/a/b/websocket",
    "POST, /base/nothing",
    "POST, /base/a/b/xhr",
    "GET, /base/a/b/eventsource",
    "OPTIONS, /base/a/b/xhr_send",
    "GET, /base/a/b/xhr_send",
    "PUT, /base/a/b/jsonp_send",
  })
  void aBodyThatNobodyReadsIsRefused(String method, String uri)
      throws ServletException, IOException {
    servlet.service(request(method, uri, 100_000), response());
    assertThat(answer).containsEntry("status", 413).containsEntry("Connection", "close");
  }

  /** It would take room until the server ends, and whoever asks for it would wait in vain. */
  @Test
  void aSessionWhoseLineCannotBeOpenedIsForgotten() throws ServletException, IOException {
    broken = true;
    HttpServletRequest poll = request("POST", "/base/a/b/xhr", 0);
    assertThatThrownBy(() -> servlet.service(poll, response())).hasMessage("broken");
    broken = false;
    servlet.service(poll, response());
    assertThat(engine.lines()).isEqualTo(1);
  }

  private static final class Nowhere extends ServletOutputStream {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {}

    @Override
    public void write(int b) {}
  }
}
