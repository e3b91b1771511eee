package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.FaultLog;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose container does not give what they ask for. */
@Timeout(60)
class CallTest {
  private static final int ROOM = 100_000;

  private final AtomicLong nanos = new AtomicLong();
  private final Calls calls = new Calls(
      nanos::get,
      Duration.ofSeconds(10),
      Duration.ofSeconds(10),
      ROOM,
      (request, status, answer) -> {},
      new FaultLog(nanos::get));
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /** What is asked of it beside this is answered by nothing. */
  private static <T> T scripted(Class<T> type, Function<String, Object> answers) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, args) -> answers.apply(method.getName())));
  }

  /** A request without a body that cannot give its thread back, whatever it says about that. */
  private static HttpServletRequest request(boolean asyncSupported) {
    return scripted(HttpServletRequest.class, asked -> switch (asked) {
      case "isAsyncSupported" -> asyncSupported;
      case "getProtocol" -> "HTTP/1.1";
      case "getContentLengthLong" -> 0L;
      case "getServletContext" -> scripted(ServletContext.class, other -> null);
      case "startAsync" -> throw new IllegalStateException("as it is to be");
      default -> null;
    });
  }

  private HttpServletResponse response() {
    ServletOutputStream out = new ServletOutputStream() {
      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setWriteListener(WriteListener listener) {}

      @Override
      public void write(int b) {
        written.write(b);
      }
    };
    return scripted(
        HttpServletResponse.class, asked -> asked.equals("getOutputStream") ? out : null);
  }

  @Test
  void anAnswerThatTakesLongIsGivenWhereThreadsCannotBeGivenBack() {
    CompletableFuture<Reply> late = new CompletableFuture<>();
    completeLate(late, Thread.currentThread());
    Call.serve(calls, request(false), response(), call -> call.then(late, reply -> late));
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("{\"late\":1}");
  }

  /** Completes it well after the moment for which a call holds its thread. */
  private void completeLate(CompletableFuture<Reply> late, Thread caller) {
    Thread completing = new Thread(() -> {
      while (caller.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      late.complete(Reply.ok("{\"late\":1}"));
    });
    completing.setDaemon(true);
    completing.start();
  }

  @Test
  void aLongAnswerThatCannotBeBegunKeepsNoRoom() {
    Reply large = Reply.ok("\"" + "x".repeat(ROOM - 2) + "\"");
    assertThatThrownBy(() -> Call.serve(
            calls, request(true), response(), call -> CompletableFuture.completedFuture(large)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(calls.take(ROOM)).isTrue();
  }
}
