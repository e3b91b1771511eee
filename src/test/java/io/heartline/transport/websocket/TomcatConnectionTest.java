package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection.Mode;
import io.heartline.engine.Outgoing;
import io.heartline.model.CloseStatus;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tomcat's own pongs beside our writes: how long they wait, for which it asks the session's
 * properties when it writes one, and where they come to stand.
 */
class TomcatConnectionTest {
  private static final Outgoing TEXT = new Outgoing(List.of("text"), false, false, 0, null);

  private final ScriptedSession tomcat = new ScriptedSession();
  private final Patience patience = new Patience();
  private final TomcatConnection connection =
      new TomcatConnection(tomcat.session, Duration.ofSeconds(7), patience);
  private final List<String> outcome = new ArrayList<>();

  private void write(Mode mode) {
    connection.write(TEXT, mode, failure -> outcome.add(String.valueOf(failure)));
  }

  @Test
  void aPongHoldsItsThreadForAMomentWhileNothingIsWritten() {
    assertThat(tomcat.pongMillis()).isEqualTo(100);
  }

  @Test
  void aPongWaitsAsLongAsAWriteThatHoldsItsThread() {
    write(Mode.MAY_BLOCK);
    assertThat(tomcat.sent).containsExactly("sendText text, pongs 7000");
    assertThat(outcome).containsExactly("null");
    assertThat(tomcat.pongMillis()).isEqualTo(100);
  }

  @Test
  void aPongWaitsAsLongAsAWriteThatHoldsNone() {
    write(Mode.MUST_NOT_BLOCK);
    assertThat(tomcat.pongMillis()).isEqualTo(7_000);
    assertThat(outcome).isEmpty();
    tomcat.pending.onResult(new SendResult());
    assertThat(outcome).containsExactly("null");
    assertThat(tomcat.pongMillis()).isEqualTo(100);
  }

  @Test
  void theBufferOfABatchIsEmptyBeforePongsNoLongerGoThroughIt() {
    Outgoing two = new Outgoing(List.of("a", "b"), false, false, 0, null);
    connection.write(two, Mode.MAY_BLOCK, failure -> outcome.add(String.valueOf(failure)));
    assertThat(tomcat.sent)
        .containsExactly(
            "setBatchingAllowed true, pongs 7000",
            "sendText a, pongs 7000",
            "sendText b, pongs 7000",
            "flushBatch, pongs 7000",
            "setBatchingAllowed false, pongs 7000");
    assertThat(outcome).containsExactly("null");
  }

  @Test
  void itWaitsNoLongerAfterAFailure() {
    write(Mode.MUST_NOT_BLOCK);
    tomcat.pending.onResult(new SendResult(new IOException("cut")));
    assertThat(outcome).containsExactly("java.io.IOException: cut");
    assertThat(tomcat.pongMillis()).isEqualTo(100);
  }

  private void othersTakeAllPlaces() {
    patience.writes().drainPermits();
  }

  @Test
  void withoutAPlaceAWriteHoldsNoThreadAndAPongGivesUpAtOnce() {
    othersTakeAllPlaces();
    write(Mode.MAY_BLOCK);
    assertThat(tomcat.sent).isEmpty();
    assertThat(tomcat.pongMillis()).isEqualTo(100);
    tomcat.pending.onResult(new SendResult());
    assertThat(outcome).containsExactly("null");
    assertThat(patience.writes().availablePermits()).isZero();
  }

  @Test
  void aPingBehindAWriteWithoutAPlaceGivesUpAtOnceToo() {
    othersTakeAllPlaces();
    Outgoing beat = new Outgoing(List.of("text"), true, true, 0, null);
    connection.write(beat, Mode.MAY_BLOCK, failure -> outcome.add(String.valueOf(failure)));
    tomcat.pending.onResult(new SendResult());
    assertThat(tomcat.sent).hasSize(1).first().asString().startsWith("sendPing").endsWith(" 100");
    assertThat(outcome).containsExactly("null");
  }

  @Test
  void placesAreGivenBack() {
    int places = patience.writes().availablePermits();
    assertThat(places).isGreaterThanOrEqualTo(16);
    write(Mode.MAY_BLOCK);
    assertThat(patience.writes().availablePermits()).isEqualTo(places);
    write(Mode.MUST_NOT_BLOCK);
    assertThat(patience.writes().availablePermits()).isEqualTo(places - 1);
    tomcat.pending.onResult(new SendResult(new IOException("cut")));
    assertThat(patience.writes().availablePermits()).isEqualTo(places);
  }

  @Test
  void aLineThatEndedHasNoPlaceThoughItsWriteIsNeverToldDone() {
    int places = patience.writes().availablePermits();
    write(Mode.MUST_NOT_BLOCK);
    connection.ended();
    assertThat(patience.writes().availablePermits()).isEqualTo(places);
    tomcat.pending.onResult(new SendResult()); // late
    write(Mode.MUST_NOT_BLOCK);
    assertThat(patience.writes().availablePermits()).isEqualTo(places);
  }

  @Test
  void closesMayWaitButNotAllThreadsThatClose() {
    int places = patience.closes().availablePermits();
    connection.close(CloseStatus.REPLACED);
    assertThat(tomcat.closeMillis).isEqualTo(5_000);
    assertThat(patience.closes().availablePermits()).isEqualTo(places);
    patience.closes().drainPermits();
    connection.close(CloseStatus.REPLACED);
    assertThat(tomcat.closeMillis).isEqualTo(50);
    assertThat(patience.closes().availablePermits()).isZero();
  }

  @Test
  void theAnswerToAClosingClientHoldsItsThreadForAMoment() {
    assertThat(tomcat.answerMillis()).isEqualTo(50);
    write(Mode.MUST_NOT_BLOCK);
    assertThat(tomcat.answerMillis()).isEqualTo(50);
  }
}
