package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import io.heartline.transport.websocket.ScriptedSocket.Network;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.junit.jupiter.api.Test;

class SocketConnectionTest {
  private static final byte[] HI = {(byte) 0x81, 2, 'h', 'i'};
  private static final byte[] PING = {(byte) 0x89, 0};

  private final ScriptedSession session = new ScriptedSession();
  private final ScriptedSocket socket = new ScriptedSocket();
  private final Patience patience = new Patience();
  private final TomcatConnection api =
      new TomcatConnection(session.session, Duration.ofSeconds(7), patience);
  private final SocketConnection connection =
      new SocketConnection(session.session, socket, api, new Frames(1 << 20));
  private final List<String> outcome = new ArrayList<>();

  private static Outgoing outgoing(List<String> texts, boolean ping) {
    return new Outgoing(texts, ping, ping, 0, null);
  }

  private void write(Outgoing outgoing, Mode mode) {
    connection.write(outgoing, mode, failure -> outcome.add(String.valueOf(failure)));
  }

  private void writeHi() {
    write(outgoing(List.of("hi"), false), Mode.MAY_BLOCK);
  }

  /** Writes as Tomcat itself does. */
  private void tomcatWrites(byte... frame) {
    socket.write(
        BlockingMode.SEMI_BLOCK,
        1,
        TimeUnit.SECONDS,
        null,
        SocketWrapperBase.COMPLETE_WRITE,
        new CompletionHandler<Long, Void>() {
          @Override
          public void completed(Long bytes, Void nothing) {}

          @Override
          public void failed(Throwable failure, Void nothing) {}
        },
        ByteBuffer.wrap(frame));
  }

  private void assertThroughTheApi() {
    assertThat(socket.written.size()).isZero();
    assertThat(session.sent).containsExactly("sendText hi, pongs 7000");
    assertThat(outcome).containsExactly("null");
  }

  @Test
  void whatTheNetworkTakesIsDoneAtOnce() {
    writeHi();
    assertThat(socket.written.toByteArray()).containsExactly(HI);
    assertThat(outcome).containsExactly("null");
    assertThat(session.sent).isEmpty();
    assertThat(session.pongMillis()).isEqualTo(100);
  }

  @Test
  void aPingFollowsItsTexts() {
    write(outgoing(List.of("hi"), true), Mode.MAY_BLOCK);
    write(outgoing(List.of(), true), Mode.MAY_BLOCK);
    assertThat(socket.written.toByteArray()).containsExactly(0x81, 2, 'h', 'i', 0x89, 0, 0x89, 0);
    assertThat(outcome).containsExactly("null", "null");
  }

  @Test
  void whatTheNetworkDoesNotTakeIsDoneLaterAndPongsWaitBehindIt() {
    socket.network = Network.STUCK;
    writeHi();
    assertThat(outcome).isEmpty();
    assertThat(session.pongMillis()).isEqualTo(7_000);
    socket.goOn(Network.FREE);
    assertThat(socket.written.toByteArray()).containsExactly(HI);
    assertThat(outcome).containsExactly("null");
    assertThat(session.pongMillis()).isEqualTo(100);
    writeHi();
    assertThat(outcome).containsExactly("null", "null");
  }

  @Test
  void withoutAPlacePongsGiveUpAtOnce() {
    patience.writes().drainPermits();
    socket.network = Network.STUCK;
    writeHi();
    assertThat(session.pongMillis()).isEqualTo(100);
    socket.goOn(Network.FREE);
    assertThat(outcome).containsExactly("null");
    assertThat(patience.writes().availablePermits()).isZero();
  }

  @Test
  void aWriteMayBeDoneBeforeItsCallerHasSeenItWait() {
    socket.network = Network.STUCK;
    socket.whenStuck = () -> socket.goOn(Network.FREE);
    writeHi();
    assertThat(outcome).containsExactly("null");
    assertThat(session.pongMillis()).isEqualTo(100);
  }

  @Test
  void aFailureIsToldOnceAndEveryLaterOneToo() {
    socket.network = Network.BROKEN;
    writeHi();
    assertThat(outcome).containsExactly("java.io.IOException: broken");
    socket.network = Network.FREE;
    writeHi(); // Tomcat remembers
    assertThat(outcome)
        .containsExactly("java.io.IOException: broken", "java.io.IOException: broken");
    assertThat(socket.written.size()).isZero();
    assertThat(session.pongMillis()).isEqualTo(100);
  }

  @Test
  void aWriteThatWaitedMayFail() {
    socket.network = Network.STUCK;
    writeHi();
    socket.goOn(Network.BROKEN);
    assertThat(outcome).containsExactly("java.io.IOException: broken");
    assertThat(session.pongMillis()).isEqualTo(100);
  }

  @Test
  void whileTomcatReadsTheApiIsAsked() {
    CompletableFuture.runAsync(() -> TomcatSockets.lock(socket).lock()).join();
    writeHi();
    assertThroughTheApi();
  }

  @Test
  void theLockIsHeldOnlyMeanwhile() {
    socket.network = Network.STUCK;
    writeHi();
    assertThat(CompletableFuture.supplyAsync(() -> TomcatSockets.lock(socket).tryLock())
            .join())
        .isTrue();
  }

  @Test
  void whereAFrameOfTomcatWaitsNoThreadIsHeldAndNoFrameParted() {
    socket.network = Network.STUCK;
    tomcatWrites(PING);
    socket.network = Network.FREE; // for who would not wait
    write(outgoing(List.of("hi"), false), Mode.MUST_NOT_BLOCK);
    assertThat(socket.written.size()).isZero();
    assertThat(session.pending).as("asked the API, without holding a thread").isNotNull();
    assertThat(outcome).isEmpty();
  }

  @Test
  void behindACloseOfOursTheApiIsAsked() {
    connection.close(CloseStatus.ROTATED);
    writeHi();
    assertThat(session.closes).hasSize(1);
    assertThroughTheApi();
  }

  @Test
  void behindACutTheApiIsAsked() {
    connection.cut(CloseStatus.NO_PROGRESS);
    writeHi();
    assertThroughTheApi();
  }

  @Test
  void aClosedSessionsApiSaysSo() {
    session.open = false;
    writeHi();
    assertThroughTheApi();
  }

  @Test
  void whatIsVeryLongGoesThroughTheApiInParts() {
    write(outgoing(List.of("x".repeat(256 * 1024)), false), Mode.MUST_NOT_BLOCK);
    assertThat(socket.written.size()).isEqualTo(256 * 1024 + 10);
    socket.written.reset();
    write(outgoing(List.of("x".repeat(256 * 1024), "y"), false), Mode.MUST_NOT_BLOCK);
    assertThat(socket.written.size()).isZero();
    assertThat(session.pending).isNotNull();
  }
}
