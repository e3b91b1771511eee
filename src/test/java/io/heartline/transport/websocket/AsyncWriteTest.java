package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The two ways in which containers complete a send: inside the call, as Undertow's I/O thread does,
 * or later.
 */
class AsyncWriteTest {
  private final List<String> sent = new ArrayList<>();
  private final Deque<SendHandler> pending = new ArrayDeque<>();
  private final List<String> outcome = new ArrayList<>();

  private RemoteEndpoint.Async remote(boolean inline) {
    return (RemoteEndpoint.Async) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {RemoteEndpoint.Async.class},
        (proxy, method, args) -> {
          sent.add((String) args[0]);
          SendHandler handler = (SendHandler) args[1];
          if (inline) {
            handler.onResult(new SendResult());
          } else {
            pending.add(handler);
          }
          return null;
        });
  }

  private void write(RemoteEndpoint.Async remote, List<String> texts) {
    new AsyncWrite(remote, texts, failure -> outcome.add(String.valueOf(failure))).run();
  }

  @Test
  void completionInsideTheCallDoesNotRecurse() {
    List<String> many = IntStream.range(0, 100_000).mapToObj(String::valueOf).toList();
    write(remote(true), many);
    assertThat(sent).isEqualTo(many);
    assertThat(outcome).containsExactly("null");
  }

  @Test
  void theNextIsSentOnlyAfterTheLastWasDone() {
    write(remote(false), List.of("a", "b"));
    assertThat(sent).containsExactly("a");
    pending.remove().onResult(new SendResult());
    assertThat(sent).containsExactly("a", "b");
    assertThat(outcome).isEmpty();
    pending.remove().onResult(new SendResult());
    assertThat(outcome).containsExactly("null");
  }

  @Test
  void aFailureEndsItOnce() {
    write(remote(false), List.of("a", "b"));
    pending.remove().onResult(new SendResult(new IOException("cut")));
    assertThat(sent).containsExactly("a");
    assertThat(outcome).containsExactly("java.io.IOException: cut");
  }

  @Test
  void nothingToSendIsDoneAtOnce() {
    write(remote(false), List.of());
    assertThat(outcome).containsExactly("null");
  }
}
