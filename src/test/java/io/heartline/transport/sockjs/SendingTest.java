package io.heartline.transport.sockjs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.Room;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are answered that send over HTTP. */
class SendingTest {
  private static final int LARGEST = 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final Map<String, Object> answer = new HashMap<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private SockJsSession session() {
    SockJsSession session =
        new SockJsSession(engine.timers(), time, TIMEOUT, 4096, null, forgotten -> {});
    Door door = new Door(
        "test", RawProtocol.quiet(), SeatPolicy.NONE, Duration.ofDays(1), null, user -> List.of());
    session.opened(engine.open(door, session, Arrivals.of(null)).orElseThrow());
    return session;
  }

  /** @param room for bodies that have not arrived */
  private void send(String sent, Transport transport, String type, boolean arrived, long room)
      throws IOException {
    SockJsContext context = new SockJsContext(
        engine,
        null,
        null,
        null,
        null,
        null,
        null,
        time,
        LARGEST,
        TIMEOUT,
        new Room(room),
        new SockJsFrames(1024));
    byte[] bytes = sent.getBytes(UTF_8);
    HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
        SendingTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "getContentLengthLong" -> (long) bytes.length;
          case "getContentType" -> type;
          case "getInputStream" -> new Sent(bytes, arrived);
          case "getHeader" -> null;
          default -> throw new UnsupportedOperationException(called.getName());
        });
    new Sending(context).serve(session(), transport, request, response());
  }

  private HttpServletResponse response() {
    return (HttpServletResponse) Proxy.newProxyInstance(
        SendingTest.class.getClassLoader(),
        new Class<?>[] {HttpServletResponse.class},
        (proxy, called, args) -> switch (called.getName()) {
          case "setHeader" -> answer.put((String) args[0], args[1]);
          case "setStatus" -> answer.put("status", args[0]);
          case "setContentType", "setContentLength" -> null;
          case "getOutputStream" -> new Kept();
          default -> throw new UnsupportedOperationException(called.getName());
        });
  }

  /** A limit in bytes that holds for each text, however it is written on its way. */
  @ParameterizedTest
  @CsvSource({
    "a, 1024, 204",
    "a, 1025, 413",
    "ä, 512, 204",
    "ä, 513, 413",
    "\\u00e4, 300, 204",
    "\\u0061, 1025, 413",
    "\\n, 1024, 204",
    "\\n, 1025, 413",
    "\\ud83d\\udc3c, 256, 204",
    "\\ud83d\\udc3c, 257, 413",
  })
  void eachMessageMayHaveSoManyBytes(String character, int times, int status) throws IOException {
    String form = "[\"a\",\"" + character.repeat(times) + "\"]";
    if (form.length() <= 2 * LARGEST) {
      send(form, Transport.XHR_SEND, null, true, 0);
      assertThat(answer).containsEntry("status", status);
    }
    send(
        "d=" + java.net.URLEncoder.encode(form, UTF_8),
        Transport.JSONP_SEND,
        "application/x-www-form-urlencoded",
        true,
        0);
    assertThat(answer).containsEntry("status", status == 204 ? 200 : status);
  }

  @Test
  void severalMessagesTogetherMayHaveMore() throws IOException {
    String text = "a".repeat(LARGEST);
    send("[\"" + text + "\",\"" + text + "\"]", Transport.XHR_SEND, null, true, 0);
    assertThat(answer).containsEntry("status", 204);
  }

  @Test
  void whoFindsNoRoomForABodyIsToldWhenToComeBack() throws IOException {
    send("[\"a\"]", Transport.XHR_SEND, null, false, 0);
    assertThat(answer).containsEntry("status", 503).containsEntry("Connection", "close");
    assertThat(Integer.parseInt((String) answer.get("Retry-After"))).isBetween(1, 10);
    assertThat(body).hasToString("too many bodies are under way\n");
  }

  private static final class Sent extends ServletInputStream {
    private final ByteArrayInputStream in;
    private final boolean arrived;

    Sent(byte[] bytes, boolean arrived) {
      in = new ByteArrayInputStream(bytes);
      this.arrived = arrived;
    }

    @Override
    public int available() {
      return arrived ? in.available() : 0;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public boolean isFinished() {
      return in.available() == 0;
    }

    @Override
    public boolean isReady() {
      return arrived;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new AssertionError("nobody waits for this body");
    }
  }

  private final class Kept extends ServletOutputStream {
    @Override
    public void write(int b) {
      body.write(b);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new AssertionError("an answer is written at once");
    }
  }
}
