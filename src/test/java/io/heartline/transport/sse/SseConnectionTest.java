package io.heartline.transport.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection asks of its container, and when. */
class SseConnectionTest {
  private static final String BIG = "x".repeat(20_000);

  private final Container container = new Container();
  private final SseConnection connection =
      new SseConnection(container.context(), container.out, "retry: 1\n\n");
  private final List<String> done = new ArrayList<>();
  private final List<Integer> ended = new ArrayList<>();

  private void write(String text, String places) {
    connection.write(
        new Outgoing(List.of(text), false, false, 0, places),
        Mode.MAY_BLOCK,
        failure -> done.add(failure == null ? "done" : failure.getMessage()));
  }

  private void begin() {
    connection.begin(ended::add);
  }

  @Test
  void nothingIsWrittenBeforeTheContainerHasCalled() throws IOException {
    write("{\"a\":1}\n{\"b\":2}", "c=e:1:1");
    begin();
    assertThat(container.calls).containsExactly("listen");
    container.room();
    assertThat(container.text())
        .isEqualTo("retry: 1\n\ndata: {\"a\":1}\n\ndata: {\"b\":2}\n\nid: c=e:1:1\n\n");
    assertThat(done).containsExactly("done");
  }

  @Test
  void aWriteIsDoneWhenTheContainerHoldsNoneOfItAnyMore() throws IOException {
    begin();
    container.room();
    container.full = true;
    write(BIG, null);
    assertThat(done).isEmpty();
    container.room();
    container.room();
    assertThat(done).isEmpty();
    container.full = false;
    container.room();
    assertThat(container.text()).isEqualTo("retry: 1\n\ndata: " + BIG + "\n\n");
    assertThat(done).containsExactly("done");
    write("2", null);
    assertThat(container.text()).endsWith("data: 2\n\n");
    assertThat(done).containsExactly("done", "done");
  }

  @Test
  void aFailingWriteIsToldOnceAndTheStreamThenEnds() throws IOException {
    begin();
    container.room();
    container.broken = true;
    write("1", null);
    assertThat(done).containsExactly("broken");
    connection.cut(CloseStatus.NO_PROGRESS);
    assertThat(container.calls).endsWith("complete");
    assertThat(ended).containsExactly(4002);
  }

  @Test
  void aCloseCompletesAndIsToldOnce() throws IOException {
    begin();
    container.room();
    connection.close(CloseStatus.STOPPING);
    connection.close(CloseStatus.STOPPING);
    connection.cut(CloseStatus.NO_PROGRESS);
    assertThat(container.calls).containsOnlyOnce("complete");
    assertThat(ended).containsExactly(1012);
    write("late", null);
    assertThat(done).containsExactly("the stream has ended");
    assertThat(container.text()).isEmpty();
  }

  @Test
  void whereAWriteStandsACutLeavesTheStreamToTheContainerUntilThatIsThrough() throws IOException {
    begin();
    container.room();
    container.full = true;
    write(BIG, null);
    connection.cut(CloseStatus.NO_PROGRESS);
    assertThat(container.calls).doesNotContain("complete");
    assertThat(done).containsExactly("the stream has ended");
    assertThat(ended).containsExactly(4002);
    container.full = false;
    container.room();
    assertThat(container.calls).endsWith("complete");
    assertThat(container.text()).doesNotContain(BIG);
  }

  @Test
  void whatTheContainerReportsBrokenFailsTheWriteAndEndsTheLine() throws IOException {
    begin();
    container.room();
    container.full = true;
    write("1", null);
    container.writes.onError(new IOException("reset"));
    assertThat(done).containsExactly("the stream has ended");
    assertThat(ended).containsExactly(1006);
    assertThat(container.calls).endsWith("complete");
  }

  @Test
  void aStreamThatTheContainerCompletesByItselfIsOver() throws IOException {
    begin();
    container.room();
    container.ends.onComplete(null);
    assertThat(ended).containsExactly(1006);
    assertThat(container.calls).doesNotContain("complete");
  }

  @Test
  void oneThatEndedBeforeItBeganNeverListens() {
    connection.close(CloseStatus.STOPPING);
    begin();
    assertThat(container.calls).containsExactly("complete");
    assertThat(ended).hasSize(1);
  }

  /** Takes a part at a time while it is full, and complains of what containers complain of. */
  private static final class Container {
    final List<String> calls = new ArrayList<>();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean full;
    boolean broken;
    private boolean ready;
    WriteListener writes;
    AsyncListener ends;

    final ServletOutputStream out = new ServletOutputStream() {
      @Override
      public boolean isReady() {
        return ready;
      }

      @Override
      public void setWriteListener(WriteListener listener) {
        calls.add("listen");
        writes = listener;
      }

      @Override
      public void write(byte[] part, int from, int length) throws IOException {
        take();
        bytes.write(part, from, length);
      }

      @Override
      public void write(int b) {
        throw new AssertionError("byte by byte");
      }

      @Override
      public void flush() throws IOException {
        take();
      }

      private void take() throws IOException {
        assertThat(ready).as("only when ready").isTrue();
        if (broken) {
          throw new IOException("broken");
        }
        ready = !full;
      }
    };

    /** The socket takes more. */
    void room() throws IOException {
      ready = true;
      writes.onWritePossible();
    }

    String text() {
      return bytes.toString(UTF_8);
    }

    AsyncContext context() {
      return (AsyncContext) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {AsyncContext.class},
          (proxy, method, arguments) -> {
            if (method.getName().equals("addListener")) {
              ends = (AsyncListener) arguments[0];
            } else {
              calls.add(method.getName());
            }
            return null;
          });
    }
  }
}
