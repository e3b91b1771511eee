package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.SeatPolicy;
import io.heartline.protocol.Query;
import io.heartline.protocol.text.RawProtocol;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.transport.session.ScriptedHttpSession;
import io.heartline.transport.session.SessionLines;
import io.heartline.transport.session.SessionPolicy;
import io.heartline.transport.session.UpgradeRequest;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

  private void open() {
    Door door = new Door(
        "raw",
        RawProtocol.quiet(),
        SeatPolicy.NONE,
        Duration.ofSeconds(1),
        null,
        user -> List.of());
    EndpointContext.open(new EndpointContext(
        engine, Map.of(PATH, door), lines, 1024, Duration.ofSeconds(1), new Patience(), null));
    UpgradeRequest upgrade = new UpgradeRequest(
        "127.0.0.1",
        new Authenticator.Verdict.Nobody().now(),
        CompletableFuture.completedFuture(Map.of()),
        session.session,
        Query.EMPTY);
    webSocket.session.getUserProperties().put("io.heartline.upgrade", upgrade);
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
    EndpointContext.shut();
    engine.close();
  }

  /** Whoever closes a WebSocket reports it, even in the middle of its opening. */
  @Test
  void aCloseReportedBeforeThereIsALineEndsTheLine() {
    webSocket.onRemote = () -> report(CloseCodes.CLOSED_ABNORMALLY);
    open();
    assertNothingStays();
  }

  @Test
  void aCloseReportedWhileTheLineIsAddedToItsSessionEndsTheLine() {
    session.onGetId = () -> report(CloseCodes.CLOSED_ABNORMALLY);
    open();
    assertNothingStays();
  }

  @Test
  void aLineThatIsClosedLaterDoesNotStay() {
    open();
    assertThat(engine.lines()).isOne();
    report(CloseCodes.NORMAL_CLOSURE);
    assertNothingStays();
  }
}
