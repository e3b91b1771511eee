package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.transport.session.ScriptedHttpSession;
import io.heartline.transport.session.SessionLines;
import io.heartline.transport.session.SessionPolicy;
import io.heartline.transport.session.Visitor;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lines that are closed while they open. */
class TextEndpointTest {
  private static final String PATH = "/raw";

  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final SessionLines lines = new SessionLines(SessionPolicy.EXTEND, time);
  private final ScriptedHttpSession session = new ScriptedHttpSession("s1", time);
  private final ScriptedSession webSocket = new ScriptedSession();
  private final TextEndpoint endpoint = new TextEndpoint(PATH) {};

  /** As the container calls it, on whatever thread. */
  private void report(CloseCodes code) {
    endpoint.onClose(new CloseReason(code, ""));
  }

  private void open(Function<User, List<ChannelName>> channels) {
    Door door = new Door(
        "raw", RawProtocol.quiet(), SeatPolicy.NONE, Duration.ofSeconds(1), null, channels);
    Gate.open(new Gate(engine, Map.of(PATH, door), lines, 1024, Duration.ofSeconds(1), null));
    webSocket
        .session
        .getUserProperties()
        .put("io.heartline.visitor", new Visitor(
            Visitor.UNKNOWN.identity(), Visitor.UNKNOWN.heads(), session.session));
    endpoint.onOpen(webSocket.session);
  }

  private void assertNothingStays() {
    assertThat(engine.lines()).isZero();
    lines.tend(); // a last time
    int extensions = session.extensions;
    time.advance(Duration.ofHours(2));
    lines.tend();
    assertThat(session.extensions).as("the session is kept alive").isEqualTo(extensions);
  }

  @AfterEach
  void shut() {
    Gate.shut();
    engine.close();
  }

  @Test
  void aCloseThatTheContainerReportsBeforeThereIsALineIsNotLost() {
    open(user -> {
      report(CloseCodes.CLOSED_ABNORMALLY);
      return List.of();
    });
    assertNothingStays();
  }

  /** The container reports the close while our own is under way; the line is gone after that. */
  @Test
  void aLineThatWeCloseWhileItOpensDoesNotStay() throws InterruptedException {
    CountDownLatch reported = new CountDownLatch(1);
    CountDownLatch opened = new CountDownLatch(1);
    webSocket.onClose = () -> {
      report(CloseCodes.NORMAL_CLOSURE);
      reported.countDown();
      await(opened);
    };
    webSocket.query = Map.of("since", List.of("updates=nonsense")); // a gap: the line is closed
    engine.start();
    open(user -> new SlowChannels(reported));
    opened.countDown();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (engine.lines() > 0) {
      assertThat(System.nanoTime() - deadline).as("the line must end").isNegative();
      Thread.sleep(5);
    }
    assertNothingStays();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Two channels: whoever asks for the second waits until the close was reported. */
  private static final class SlowChannels extends AbstractList<ChannelName> {
    private final CountDownLatch reported;

    SlowChannels(CountDownLatch reported) {
      this.reported = reported;
    }

    @Override
    public ChannelName get(int index) {
      if (index > 0) {
        await(reported);
      }
      return new ChannelName(index == 0 ? "updates" : "public");
    }

    @Override
    public int size() {
      return 2;
    }
  }
}
