package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a node does while it does not see what it shares with others, and once it does again. */
class RedisAwayTest {
  private final SimulatedNet net = new SimulatedNet();
  private final Rig rig = new Rig();
  private final SharedBlocks blocks = new SharedBlocks();
  private final SimulatedNet.Node bus = net.node("a");
  private final Cluster cluster =
      new Cluster(rig.engine, bus, session -> List.of(), () -> !net.away);

  RedisAwayTest() {
    rig.engine.blocks(blocks);
    rig.pass(Duration.ofSeconds(1));
  }

  /** Blocks that cannot be asked for while the net is away. */
  private final class SharedBlocks implements Blocks {
    final Map<Whom, Block> all = new HashMap<>();

    private <T> CompletionStage<T> answer(T value) {
      return net.away
          ? CompletableFuture.failedStage(new Store.Unavailable("away"))
          : CompletableFuture.completedStage(value);
    }

    @Override
    public CompletionStage<Optional<Block>> of(Identity identity) {
      return identity.user() == null
          ? CompletableFuture.completedStage(Optional.empty())
          : of(new Whom.OneUser(identity.user()));
    }

    @Override
    public CompletionStage<Optional<Block>> of(Whom whom) {
      return answer(Optional.ofNullable(all.get(whom)));
    }

    @Override
    public CompletionStage<Void> block(Whom whom, Block block) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> lift(Whom whom) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<Whom, Block>> missed(boolean sure) {
      return answer(Map.copyOf(all));
    }
  }

  @Test
  void aNodeIsReadyOnceItSeesAndHasChecked() {
    assertThat(cluster.ready()).isTrue();
    long since = cluster.seesSharedSinceMillis();
    net.away = true;
    rig.pass(Duration.ofSeconds(1));
    assertThat(cluster.ready()).isFalse();
    assertThat(cluster.seesShared()).isFalse();
    assertThat(cluster.seesSharedSinceMillis()).isGreaterThan(since);
    net.away = false;
    rig.pass(Duration.ofSeconds(1));
    assertThat(cluster.ready()).isTrue();
    assertThat(cluster.seesShared()).isTrue();
  }

  @Test
  void aNodeWhoseLeaseHasRunOutIsNotReady() {
    net.expire("a");
    rig.pass(Duration.ofSeconds(1));
    assertThat(cluster.ready()).isFalse();
  }

  @Test
  void afterTwoSecondsNobodyIsLetInAndOpenLinesStay() {
    RecordingConnection connection = new RecordingConnection();
    rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, connection);
    net.away = true;
    rig.pass(Duration.ofSeconds(2));
    assertThat(rig.engine.isCutOff()).isFalse();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.engine.isCutOff()).isTrue();
    assertThat(connection.closed).isNull();
    net.away = false;
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.engine.isCutOff()).isFalse();
  }

  @Test
  void whoCannotBeLookedUpIsNotLetInButToldToComeBack() {
    net.away = true;
    RecordingConnection connection = new RecordingConnection();
    Line line = rig.open(Rig.pages(SeatPolicy.NEWEST), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    assertThat(connection.rest())
        .singleElement()
        .asString()
        .contains("\"code\":4008")
        .contains("\"reconnect\":true")
        .doesNotContain("\"delay\":0");
    assertThat(connection.closed).isEqualTo(CloseStatus.CANNOT_SAY);
  }

  @Test
  void anOpenLineRenewsItsCredentialsMeanwhileAndIsLookedUpAfterwards() {
    rig.tokens = credentials -> new Authenticator.Verdict.Known(Identity.of(Rig.ANN)).now();
    RecordingConnection connection = new RecordingConnection();
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, connection);
    rig.say(line, "{\"hello\":{}}");
    net.away = true;
    rig.pass(Duration.ofSeconds(1));
    blocks.all.put(
        new Blocks.Whom.OneUser(Rig.ANN), new Block(CloseStatus.BLOCKED, Long.MAX_VALUE));
    rig.say(line, "{\"token\":\"t\"}");
    assertThat(connection.closed).isNull();
    net.away = false;
    rig.pass(Duration.ofSeconds(1));
    assertThat(connection.closed).isEqualTo(CloseStatus.BLOCKED);
  }

  /** The order to close a line may have been lost, but the block was not. */
  @Test
  void aBlockThatWasNotHeardOfEndsTheLinesWhenMessagesMayHaveBeenMissed() {
    RecordingConnection ann = new RecordingConnection();
    RecordingConnection bob = new RecordingConnection();
    rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, ann);
    rig.open(Rig.raw(SeatPolicy.NONE), new User("bob"), bob);
    blocks.all.put(
        new Blocks.Whom.OneUser(Rig.ANN), new Block(CloseStatus.BLOCKED, Long.MAX_VALUE));
    bus.doubt(Bus.Doubt.RECONNECTED);
    rig.run();
    assertThat(ann.closed.reason()).isEqualTo("blocked");
    assertThat(bob.closed).isNull();
  }

  @Test
  void withoutADoubtItIsNoticedWithinAMinute() {
    rig.tokens = credentials -> new Authenticator.Verdict.Nobody().now();
    RecordingConnection ann = new RecordingConnection();
    Line line = rig.open(Rig.pages(SeatPolicy.NONE), Rig.ANN, ann);
    rig.say(line, "{\"hello\":{}}");
    blocks.all.put(
        new Blocks.Whom.OneUser(Rig.ANN), new Block(CloseStatus.BLOCKED, Long.MAX_VALUE));
    for (int i = 0; i < 12; i++) {
      rig.pass(Duration.ofSeconds(5));
      rig.say(line, "{\"beat\":1}");
    }
    assertThat(ann.closed).isEqualTo(CloseStatus.BLOCKED);
  }
}
