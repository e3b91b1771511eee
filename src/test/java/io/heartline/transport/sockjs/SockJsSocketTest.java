package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection;
import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of SockJS on a WebSocket that keeps what is written to it. */
class SockJsSocketTest {
  private static final String GO_AWAY = "c[4501,\"disconnected by an operator\"]";

  private final List<String> happened = new ArrayList<>();
  private final Socket below = new Socket();
  private final SockJsSocket socket = new SockJsSocket(below, new SockJsFrames(1 << 20));

  private Outgoing outgoing(boolean ping, String... texts) {
    return new Outgoing(List.of(texts), ping, false, 0, null);
  }

  private void write(boolean ping, String... texts) {
    socket.write(
        outgoing(ping, texts),
        Mode.MUST_NOT_BLOCK,
        failure -> happened.add(failure == null ? "done" : failure.getMessage()));
  }

  @Test
  void theFirstFrameSaysThatItIsOpenAndNothingIsWrittenBeforeIt() {
    below.holding = true;
    socket.open();
    assertThat(happened).containsExactly("write o MUST_NOT_BLOCK");
    assertThat(socket.ready()).as("the first frame is under way").isFalse();
    below.release(null);
    assertThat(socket.ready()).isTrue();
  }

  /** The next write fails, too, and its line is told. */
  @Test
  void afterAFirstFrameThatFailedTheNextWriteMayCome() {
    below.holding = true;
    socket.open();
    below.release(new IOException("gone"));
    assertThat(socket.ready()).isTrue();
  }

  @Test
  void allTextsOfAWriteAreOneMessage() {
    write(false, "a", "\"b\"");
    assertThat(happened).containsExactly("write a[\"a\",\"\\\"b\\\"\"] MUST_NOT_BLOCK", "done");
  }

  @Test
  void aBeatIsAFrameForTheClientAndAPingForTheContainer() {
    write(true);
    assertThat(happened).containsExactly("write h and a ping MUST_NOT_BLOCK", "done");
  }

  @Test
  void aPingMayComeWithTexts() {
    write(true, "a");
    assertThat(happened).containsExactly("write a[\"a\"] and a ping MUST_NOT_BLOCK", "done");
  }

  @Test
  void howAWriteEndedIsPassedOn() {
    below.holding = true;
    write(false, "a");
    below.release(new IOException("gone"));
    assertThat(happened).endsWith("gone");
  }

  @Test
  void aWalkBeginsWritesWhereTheSocketCanBeginThem() {
    assertThat(socket.quick()).isFalse();
    below.quick = true;
    assertThat(socket.quick()).isTrue();
    assertThat(socket.tryWrite(outgoing(false, "a"), failure -> happened.add("done")))
        .isTrue();
    assertThat(happened).containsExactly("try a[\"a\"]", "done");
    below.quick = false;
    assertThat(socket.tryWrite(outgoing(false, "b"), failure -> happened.add("done")))
        .isFalse();
    assertThat(happened).hasSize(3).endsWith("try a[\"b\"]");
  }

  @Test
  void theClientIsToldBeforeTheWebSocketIsClosed() {
    socket.close(CloseStatus.KICKED);
    assertThat(happened).containsExactly("write " + GO_AWAY + " MAY_BLOCK", "close 4501");
  }

  @Test
  void aClientThatCannotBeToldIsClosedAllTheSame() {
    below.failing = true;
    socket.close(CloseStatus.KICKED);
    assertThat(happened).containsExactly("write " + GO_AWAY + " MAY_BLOCK", "close 4501");
  }

  @Test
  void aThreadThatIsStoppedWhileItWaitsClosesAtOnceAndStaysStopped() {
    below.holding = true;
    Thread.currentThread().interrupt();
    socket.close(CloseStatus.KICKED);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(happened).containsExactly("write " + GO_AWAY + " MAY_BLOCK", "close 4501");
  }

  @Test
  void whoDoesNotSpeakSockJsIsClosedWithoutAFrame() {
    socket.broken();
    socket.close(CloseStatus.KICKED);
    assertThat(happened).containsExactly("close 4501");
  }

  @Test
  void aStalledOneIsCutWithoutAFrame() {
    socket.cut(CloseStatus.NO_PROGRESS);
    assertThat(happened).containsExactly("cut 4002");
  }

  /** A WebSocket that ends each write at once, unless it is told to hold it or to fail. */
  private final class Socket implements Connection {
    private Done held = failure -> {
      throw new AssertionError("nothing is held");
    };
    boolean holding;
    boolean failing;
    boolean quick;

    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      happened.add("write " + told(outgoing) + ' ' + mode);
      if (holding) {
        held = done;
      } else {
        done.done(failing ? new IOException("gone") : null);
      }
    }

    private String told(Outgoing outgoing) {
      return String.join(" | ", outgoing.texts()) + (outgoing.ping() ? " and a ping" : "");
    }

    void release(Throwable failure) {
      held.done(failure);
    }

    @Override
    public boolean quick() {
      return quick;
    }

    @Override
    public boolean tryWrite(Outgoing outgoing, Done done) {
      happened.add("try " + told(outgoing));
      if (quick) {
        done.done(null);
      }
      return quick;
    }

    @Override
    public void close(CloseStatus status) {
      happened.add("close " + status.code());
    }

    @Override
    public void cut(CloseStatus status) {
      happened.add("cut " + status.code());
    }
  }
}
