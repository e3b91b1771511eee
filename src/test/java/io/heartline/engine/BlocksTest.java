package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Who is kept out does not come in, whatever door and moment they choose. */
class BlocksTest {
  private final Rig rig = new Rig();
  private final RecordingConnection connection = new RecordingConnection();

  /** Answers when the test says so; from then on at once. */
  private static final class Told implements Blocks {
    final CompletableFuture<Optional<Block>> answer = new CompletableFuture<>();

    /** Who was asked about last. */
    Identity asked;

    @Override
    public CompletionStage<Optional<Block>> of(Identity identity) {
      asked = identity;
      return answer;
    }

    @Override
    public CompletionStage<Optional<Block>> of(Whom whom) {
      return answer;
    }

    @Override
    public CompletionStage<Void> block(Whom whom, Block block) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> lift(Whom whom) {
      throw new UnsupportedOperationException();
    }
  }

  private static Optional<Block> blocked(CloseStatus status) {
    return Optional.of(new Block(status, Long.MAX_VALUE));
  }

  private Told keepOut(CloseStatus status) {
    Told blocks = new Told();
    blocks.answer.complete(blocked(status));
    rig.engine.blocks(blocks);
    return blocks;
  }

  @Test
  void aPageIsToldWhyAndNeverWelcomed() {
    keepOut(CloseStatus.BLOCKED);
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.closed).isEqualTo(CloseStatus.BLOCKED);
    assertThat(connection.rest()).noneMatch(text -> text.contains("welcome"));
    line.closed(4502);
    assertThat(rig.engine.isHere(Rig.ANN)).isFalse();
    assertThat(rig.engine.seatsTaken()).isZero();
  }

  @Test
  void whoLoggedOutIsToldThat() {
    keepOut(CloseStatus.LOGGED_OUT);
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.closed).isEqualTo(CloseStatus.LOGGED_OUT);
  }

  @Test
  void aRawLineIsToldToStayAwayAndHearsNothing() {
    keepOut(CloseStatus.BLOCKED);
    rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, connection);
    assertThat(connection.closed.code()).isEqualTo(4500);
    assertThat(connection.closed.reason()).isEqualTo("blocked");
    rig.publish("updates", "1");
    assertThat(connection.rest()).isEmpty();
  }

  @Test
  void aClientOfStompIsNotConnected() {
    keepOut(CloseStatus.BLOCKED);
    Door stomp = new Door(
        "stomp",
        new StompProtocol(List.of(), 1 << 16),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
    Line line = rig.open(stomp, Rig.ANN, connection);
    rig.say(line, "CONNECT\naccept-version:1.2\nhost:x\n\n\0");
    assertThat(connection.closed).isEqualTo(CloseStatus.BLOCKED);
    assertThat(connection.rest()).noneMatch(text -> text.startsWith("CONNECTED"));
  }

  @Test
  void whoIsNotBlockedComesIn() {
    Told blocks = new Told();
    blocks.answer.complete(Optional.empty());
    rig.engine.blocks(blocks);
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.next()).contains("\"user\":\"ann\"");
    assertThat(blocks.asked).isEqualTo(Identity.of(Rig.ANN));
  }

  /** Who blocks and then closes the user's lines finds the ones that are about to come in. */
  @Test
  void aLineIsKnownByItsUserBeforeItAsks() {
    Told blocks = new Told();
    rig.engine.blocks(blocks);
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(blocks.asked).isNotNull();
    assertThat(rig.engine.linesOf(Rig.ANN)).containsExactly(line);
    rig.engine.disconnect(Rig.ANN);
    blocks.answer.complete(Optional.empty());
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.KICKED);
    assertThat(connection.rest()).noneMatch(text -> text.contains("welcome"));
  }

  @Test
  void renewedCredentialsThatWereRevokedEndTheLine() {
    rig.tokens = credentials -> new Authenticator.Verdict.Known(
            new Identity(Rig.ANN, Identity.NEVER, Set.of(), credentials.token()))
        .now();
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    connection.next();
    Told blocks = keepOut(CloseStatus.LOGGED_OUT);
    rig.say(line, "{\"token\":\"t2\"}");
    assertThat(blocks.asked.tokenId()).isEqualTo("t2");
    assertThat(connection.closed).isEqualTo(CloseStatus.LOGGED_OUT);
  }

  @Test
  void linesAreFoundByTheNameOfTheirCredentialsAndByTheirOwn() {
    Authenticator.Verdict.Known known = new Authenticator.Verdict.Known(
        new Identity(new User("bob"), Identity.NEVER, Set.of(), "t1"));
    Line bob = rig.engine
        .open(Rig.raw(SeatPolicy.NONE), connection, Arrivals.of(known.now(), null))
        .orElseThrow();
    Line ann = rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    assertThat(rig.engine.linesOfToken("t1")).containsExactly(bob);
    assertThat(rig.engine.linesOfToken("t2")).isEmpty();
    assertThat(rig.engine.line(ann.id())).containsSame(ann);
    assertThat(rig.engine.line("none")).isEmpty();
  }

  @Test
  void aLineSaysWhenItWasOpened() {
    long opened = rig.time.epochMicros() / 1000;
    Line line = rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, connection);
    rig.time.advance(Duration.ofMinutes(5));
    assertThat(rig.engine.openedMillis(line)).isEqualTo(opened);
  }
}
