package io.heartline.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a pump asks of its container, and when. */
class ResponsePumpTest {
  private static final String BIG = "x".repeat(20_000);

  private final Container container = new Container();
  private final ResponsePump pump =
      new ResponsePump(container.context(), container.out, Runnable::run);

  /** What was told, in order: of writes, and of the end. */
  private final List<String> told = new ArrayList<>();

  private void write(String... texts) {
    pump.write(
        Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList(),
        failure -> told.add(failure == null ? "done" : failure.getMessage()));
  }

  private void start() {
    pump.start(() -> told.add("lost"));
  }

  @Test
  void nothingIsWrittenBeforeTheContainerHasCalled() throws IOException {
    write("one ", "two");
    start();
    assertThat(container.calls).containsExactly("listen");
    container.room();
    assertThat(container.text()).isEqualTo("one two");
    assertThat(told).containsExactly("done");
  }

  @Test
  void aWriteIsDoneWhenTheContainerHoldsNoneOfItAnyMore() throws IOException {
    start();
    container.room();
    container.full = true;
    write(BIG, "end");
    assertThat(told).isEmpty();
    container.room();
    container.room();
    assertThat(told).isEmpty();
    container.full = false;
    container.room();
    assertThat(container.text()).isEqualTo(BIG + "end");
    assertThat(told).containsExactly("done");
    write("2");
    assertThat(container.text()).endsWith("end2");
    assertThat(told).containsExactly("done", "done");
  }

  /** Each call of a container may become a system call, and a chunk of its own on the wire. */
  @Test
  void whatIsShortIsGivenToTheContainerAtOnce() throws IOException {
    start();
    container.room();
    write("a", "b", "c");
    assertThat(container.writes).isEqualTo(1);
  }

  @Test
  void whatIsLongIsGivenToItInParts() throws IOException {
    start();
    container.room();
    write(BIG);
    assertThat(container.writes).isEqualTo(3);
  }

  @Test
  void aSecondWriteBeforeTheFirstIsDoneIsAMistake() throws IOException {
    start();
    write("1");
    assertThatThrownBy(() -> write("2")).isInstanceOf(IllegalStateException.class);
    container.room();
    assertThat(container.text()).isEqualTo("1");
    container.full = true;
    write("3");
    assertThatThrownBy(() -> write("4")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailingWriteIsToldOnceAndTheResponseThenEnds() throws IOException {
    start();
    container.room();
    container.broken = true;
    write("1");
    assertThat(told).containsExactly("broken");
    pump.cut();
    assertThat(container.calls).endsWith("complete");
    assertThat(told).containsExactly("broken");
  }

  @Test
  void aCloseCompletesOnceAndNothingIsLost() throws IOException {
    start();
    container.room();
    pump.close();
    pump.close();
    pump.cut();
    assertThat(container.calls).containsOnlyOnce("complete");
    container.ends.onComplete(null);
    write("late");
    assertThat(told).containsExactly("the stream has ended");
    assertThat(container.text()).isEmpty();
  }

  @Test
  void aCloseComesAfterTheWriteUnderWay() throws IOException {
    start();
    container.room();
    container.full = true;
    write("last words");
    pump.close();
    assertThat(container.calls).doesNotContain("complete");
    container.full = false;
    container.room();
    assertThat(container.text()).isEqualTo("last words");
    assertThat(told).containsExactly("done");
    assertThat(container.calls).containsOnlyOnce("complete");
  }

  @Test
  void aCloseComesAfterAWriteThatWaitsForTheContainersFirstCall() throws IOException {
    start();
    write("all");
    pump.close();
    assertThat(container.calls).doesNotContain("complete");
    container.room();
    assertThat(container.text()).isEqualTo("all");
    assertThat(container.calls).containsOnlyOnce("complete");
  }

  @Test
  void aCutDoesNotWaitForThatCall() {
    start();
    write("none");
    pump.cut();
    assertThat(container.calls).containsOnlyOnce("complete");
    assertThat(told).containsExactly("the stream has ended");
  }

  @Test
  void aCutDuringAWriteLeavesTheResponseToTheContainerUntilThatIsThrough() throws IOException {
    start();
    container.room();
    container.full = true;
    write(BIG);
    pump.cut();
    assertThat(container.calls).doesNotContain("complete");
    assertThat(told).containsExactly("the stream has ended");
    container.full = false;
    container.room();
    assertThat(container.calls).containsOnlyOnce("complete");
    assertThat(container.text()).doesNotContain(BIG);
  }

  @Test
  void oneThatWasCutAndThenBreaksIsCompletedToo() throws IOException {
    start();
    container.room();
    container.full = true;
    write(BIG);
    pump.cut();
    container.listener.onError(new IOException("reset"));
    container.ends.onError(null);
    assertThat(container.calls).containsOnlyOnce("complete");
    assertThat(told).containsExactly("the stream has ended");
  }

  @Test
  void whatTheContainerReportsBrokenFailsTheWriteAndIsLost() throws IOException {
    start();
    container.room();
    container.full = true;
    write("1");
    container.listener.onError(new IOException("reset"));
    assertThat(told).containsExactly("the stream has ended", "lost");
    assertThat(container.calls).endsWith("complete");
  }

  @Test
  void aResponseThatTheContainerCompletesByItselfIsLost() throws IOException {
    start();
    container.room();
    container.ends.onComplete(null);
    assertThat(told).containsExactly("lost");
    assertThat(container.calls).doesNotContain("complete");
  }

  @Test
  void oneThatEndedBeforeItBeganNeverListens() {
    pump.close();
    start();
    assertThat(container.calls).containsExactly("complete");
    assertThat(told).isEmpty();
  }

  @Test
  void oneThatTheContainerEndedBeforeItBeganIsLost() {
    container.over = true;
    start();
    assertThat(told).containsExactly("lost");
  }

  /** As Undertow does when a flush fails. */
  @Test
  void aFailureThatTheContainerReportsBeforeItThrowsItEndsTheResponseOnce() throws IOException {
    start();
    container.room();
    container.brokenOnFlush = true;
    write("1");
    assertThat(told).containsExactly("the stream has ended", "lost");
    pump.cut();
    assertThat(container.calls).containsOnlyOnce("complete");
  }

  /** Undertow logs errors if a write fails, or a response ends, on any other thread. */
  @Test
  void writesAndTheEndTakePlaceOnTheContainersThread() throws IOException {
    List<Runnable> tasks = new ArrayList<>();
    ResponsePump queued = new ResponsePump(container.context(), container.out, tasks::add);
    queued.start(() -> told.add("lost"));
    container.room();
    queued.write(List.of("1".getBytes(UTF_8)), failure -> told.add("done " + failure));
    assertThat(container.text()).isEmpty();
    tasks.remove(0).run();
    assertThat(container.text()).isEqualTo("1");
    assertThat(told).containsExactly("done null");
    queued.close();
    assertThat(container.calls).doesNotContain("complete");
    tasks.remove(0).run();
    assertThat(container.calls).containsOnlyOnce("complete");
  }

  @Test
  void aCutBeforeTheContainersThreadHasComeToTheWriteWritesNothing() throws IOException {
    List<Runnable> tasks = new ArrayList<>();
    ResponsePump queued = new ResponsePump(container.context(), container.out, tasks::add);
    queued.start(() -> told.add("lost"));
    container.room();
    queued.write(List.of("1".getBytes(UTF_8)), failure -> told.add(failure.getMessage()));
    queued.cut();
    assertThat(told).containsExactly("the stream has ended");
    while (!tasks.isEmpty()) {
      tasks.remove(0).run();
    }
    assertThat(container.text()).isEmpty();
    assertThat(container.calls).containsOnlyOnce("complete");
    assertThat(told).containsExactly("the stream has ended");
  }

  @Test
  void aContainerThatTakesNoMoreTasksEndsTheResponse() throws IOException {
    ResponsePump refused = new ResponsePump(container.context(), container.out, task -> {
      throw new RejectedExecutionException();
    });
    refused.start(() -> told.add("lost"));
    container.room();
    refused.write(List.of("1".getBytes(UTF_8)), failure -> told.add(failure.getMessage()));
    assertThat(told).containsExactly("the stream has ended", "lost");
    assertThat(container.calls).containsOnlyOnce("complete");
  }

  /** Takes a part at a time while it is full, and complains of what containers complain of. */
  private static final class Container {
    final List<String> calls = new ArrayList<>();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean full;
    boolean broken;
    boolean brokenOnFlush;
    boolean over;
    int writes;
    private boolean ready;
    WriteListener listener;
    AsyncListener ends;

    final ServletOutputStream out = new ServletOutputStream() {
      @Override
      public boolean isReady() {
        return ready;
      }

      @Override
      public void setWriteListener(WriteListener listener) {
        calls.add("listen");
        Container.this.listener = listener;
      }

      @Override
      public void write(byte[] part, int from, int length) throws IOException {
        take();
        writes++;
        bytes.write(part, from, length);
      }

      @Override
      public void write(int b) {
        throw new AssertionError("byte by byte");
      }

      @Override
      public void flush() throws IOException {
        if (brokenOnFlush) {
          ends.onError(null);
          throw new IOException("broken");
        }
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
      listener.onWritePossible();
    }

    String text() {
      return bytes.toString(UTF_8);
    }

    AsyncContext context() {
      return (AsyncContext) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {AsyncContext.class},
          (proxy, method, arguments) -> {
            if (over) {
              throw new IllegalStateException("over");
            }
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
