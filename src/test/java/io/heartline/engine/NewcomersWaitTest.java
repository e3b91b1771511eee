package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.model.Block;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How long lines that come in wait for a store, or for what nodes share, that does not answer. */
class NewcomersWaitTest {
  private static final Duration WAIT = WaitingTime.IN_ALL;

  private static final User NOBODY = null;

  private SilentStore store;
  private final Rig rig = new Rig(real -> store = new SilentStore(real));
  private final RecordingConnection connection = new RecordingConnection();

  private Line open(Door door, Arrival arrival) {
    Line line = rig.engine.open(door, connection, arrival).orElseThrow();
    rig.run();
    return line;
  }

  private static Door listening() {
    return new Door(
        "events",
        new EventsProtocol(),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
  }

  private static Command subscribe(String channel) {
    return new Command.Subscribe(Subscription.of(new ChannelName(channel)), new From.Now());
  }

  /** As Redis does, the store gives each question up after as long as a line waits in all. */
  @Test
  void whoWaitsForTheHeadsHasNotTheSameTimeAgainForTheChannel() {
    Door door = Rig.raw(SeatPolicy.NONE);
    open(door, Arrivals.withHeads(rig.engine.heads(door, Identity.ANONYMOUS)));
    rig.pass(WAIT.minusSeconds(1));
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(1));
    store.fail();
    rig.run();
    assertThat(connection.closed).isEqualTo(CloseStatus.OVERLOADED.forRawClients());
  }

  @Test
  void whoOnlyListensWaitsOnceForAllItsChannelsAndIsToldToComeBack() {
    open(listening(), Arrivals.of(NOBODY, null, subscribe("a"), subscribe("b"), subscribe("c")));
    connection.next(); // the welcome
    rig.pass(WAIT);
    assertThat(connection.rest())
        .singleElement()
        .asString()
        .startsWith("{\"bye\":{\"code\":4008")
        .contains("\"reconnect\":true,\"delay\":1000");
    assertThat(connection.closed).isEqualTo(CloseStatus.OVERLOADED);
    store.answer();
    rig.run();
    assertThat(rig.engine.channels()).as("what is answered too late is let go").isZero();
  }

  @Test
  void whoListensAndIsAnsweredInTimeIsLetIn() {
    open(listening(), Arrivals.of(NOBODY, null, subscribe("a"), subscribe("b")));
    rig.pass(WAIT.minusSeconds(1));
    store.answer();
    rig.run();
    rig.pass(WAIT);
    assertThat(connection.closed).isNull();
    assertThat(connection.rest()).anyMatch(text -> text.contains("{\"subscribed\":\"b\""));
  }

  @Test
  void blocksSeatAndChannelShareTheTime() {
    CompletableFuture<Optional<Block>> blocks = new CompletableFuture<>();
    rig.engine.blocks(new SlowBlocks(blocks));
    rig.engine.join(Bus.alone("a"), new SilentBook());
    open(Rig.raw(SeatPolicy.NEWEST), Arrivals.of(Rig.ANN));
    rig.pass(WAIT.minusSeconds(1));
    blocks.complete(Optional.empty());
    rig.run();
    assertThat(connection.closed).isNull();
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.closed).isEqualTo(CloseStatus.OVERLOADED.forRawClients());
  }

  @Test
  void whoCannotBeLookedUpInTimeIsNotLetIn() {
    rig.engine.blocks(new SlowBlocks(new CompletableFuture<>()));
    open(Rig.raw(SeatPolicy.NONE), Arrivals.of(Rig.ANN));
    rig.assertClosedAfter(
        (int) WAIT.toSeconds(), connection, CloseStatus.CANNOT_SAY.forRawClients());
  }

  @Test
  void whatTheApplicationTakesToKnowAUserDoesNotCount() {
    CompletableFuture<Authenticator.Verdict> identity = new CompletableFuture<>();
    open(Rig.raw(SeatPolicy.NONE), Arrivals.of(identity, null));
    rig.pass(WAIT.plusSeconds(1));
    identity.complete(new Authenticator.Verdict.Nobody());
    rig.run();
    rig.pass(WAIT.minusSeconds(1));
    assertThat(connection.closed).isNull();
    store.answer();
    rig.run();
    rig.publish("updates", "1");
    assertThat(connection.rest()).containsExactly("1");
  }

  @Test
  void whileNobodyIsLetInANewChannelOfAnOpenLineIsRefusedAtOnce() {
    Line line = rig.page(connection);
    rig.engine.cutOff(() -> true);
    rig.say(line, "{\"subscribe\":\"a\"}\n{\"subscribe\":\"b\"}\n{\"probe\":1}");
    assertThat(connection.rest()).hasSize(3).last().isEqualTo("{\"probed\":1}");
    assertThat(connection.closed).isNull();
  }

  /** The blocks of one user are not known at once. */
  private record SlowBlocks(CompletionStage<Optional<Block>> answer) implements Blocks {
    @Override
    public CompletionStage<Optional<Block>> of(Identity identity) {
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

  /** A book that never answers. */
  private static final class SilentBook implements SeatBook {
    @Override
    public CompletionStage<Entry> read(SeatKey key) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Boolean> replace(SeatKey key, Entry before, Seat after) {
      return new CompletableFuture<>();
    }

    @Override
    public void sweep() {}

    @Override
    public OptionalInt size() {
      return OptionalInt.empty();
    }
  }
}
