package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several nodes are one: whoever asks one of them is answered for all. */
class ClusterTest {
  private static final Target TARGET_ANN = new Target.Known(new Blocks.Whom.OneUser(Rig.ANN));

  private final SimulatedNet net = new SimulatedNet();
  private final Node a = new Node("a");
  private final Node b = new Node("b");
  private final Node c = new Node("c");
  private final List<Node> nodes = List.of(a, b, c);

  private final class Node {
    final Rig rig = new Rig();
    final Cluster cluster;

    Node(String name) {
      cluster = new Cluster(
          rig.engine,
          net.node(name),
          session -> rig.engine.linesOf(new User("owner of " + session)),
          () -> !net.away);
    }

    RecordingConnection open(User user) {
      RecordingConnection connection = new RecordingConnection();
      rig.open(Rig.raw(SeatPolicy.NONE), user, connection);
      return connection;
    }
  }

  private <T> T answer(java.util.concurrent.CompletionStage<T> stage) {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    settle();
    if (!answer.isDone()) {
      nodes.forEach(node -> node.rig.pass(Duration.ofSeconds(1)));
    }
    assertThat(answer).as("within a second").isDone();
    return answer.join();
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      net.deliver();
      nodes.forEach(node -> node.rig.run());
    }
    net.deliver();
  }

  @Test
  void theLinesOfAUserAreClosedOnAllNodesAndCountedTogether() {
    List<RecordingConnection> of = List.of(a.open(Rig.ANN), b.open(Rig.ANN), b.open(Rig.ANN));
    RecordingConnection bob = c.open(new User("bob"));
    Cluster.Closed closed = answer(a.cluster.close(TARGET_ANN, CloseStatus.KICKED));
    assertThat(closed).isEqualTo(new Cluster.Closed(3, Coverage.COMPLETE));
    assertThat(of).allSatisfy(one -> assertThat(one.closed.cause().word()).isEqualTo("kicked"));
    assertThat(bob.closed).isNull();
  }

  @Test
  void aNodeWithoutThoseLinesAsksTheOthers() {
    b.open(Rig.ANN);
    assertThat(answer(c.cluster.find(TARGET_ANN)).count()).isEqualTo(1);
    assertThat(answer(c.cluster.close(TARGET_ANN, CloseStatus.BLOCKED)).lines()).isEqualTo(1);
  }

  @Test
  void linesAreFoundByTokenBySessionAndById() {
    Authenticator.Verdict.Known known = new Authenticator.Verdict.Known(
        new Identity(new User("bob"), 5_000_000_000_000L, Set.of(), "t1"));
    Line byToken = b.rig
        .engine
        .open(Rig.raw(SeatPolicy.NONE), new RecordingConnection(), Arrivals.of(known.now(), null))
        .orElseThrow();
    b.rig.run();
    c.open(new User("owner of s1"));
    Cluster.Found found = answer(a.cluster.find(new Target.Known(new Blocks.Whom.Token("t1"))));
    assertThat(found.count()).isEqualTo(1);
    assertThat(found.expiresAtMillis()).isEqualTo(5_000_000_000_000L);
    assertThat(found.lines())
        .containsExactly(new Cluster.Seen(
            byToken.id(), "raw", byToken.address(), b.rig.engine.openedMillis(byToken)));
    assertThat(answer(a.cluster.find(new Target.Session("s1"))).count()).isEqualTo(1);
    assertThat(answer(a.cluster.find(new Target.OneLine(byToken.id()))).count()).isEqualTo(1);
    assertThat(answer(a.cluster.find(new Target.OneLine("none"))).count()).isZero();
    assertThat(answer(a.cluster.find(new Target.OneLine("none"))).expiresAtMillis())
        .isZero();
  }

  @Test
  void aNodeThatDoesNotAnswerIsNamedAfterASecond() {
    a.open(Rig.ANN);
    RecordingConnection there = b.open(Rig.ANN);
    c.open(Rig.ANN);
    net.lost = message -> message.from().equals("c");
    Cluster.Closed closed = answer(a.cluster.close(TARGET_ANN, CloseStatus.KICKED));
    assertThat(closed).isEqualTo(new Cluster.Closed(2, new Coverage(false, Set.of("c"))));
    assertThat(there.closed).isNotNull();
  }

  @Test
  void aNodeThatHasEndedIsNotWaitedFor() {
    net.kill("c");
    assertThat(answer(a.cluster.find(TARGET_ANN)).coverage()).isEqualTo(Coverage.COMPLETE);
    assertThat(a.cluster.nodes()).isEqualTo(2);
  }

  @Test
  void whileNobodyKnowsWhoLivesNoAnswerIsCalledComplete() {
    net.away = true;
    RecordingConnection here = a.open(Rig.ANN);
    Cluster.Closed closed = answer(a.cluster.close(TARGET_ANN, CloseStatus.KICKED));
    assertThat(closed.lines()).isEqualTo(1);
    assertThat(closed.coverage().complete()).isFalse();
    assertThat(here.closed).isNotNull();
  }

  @Test
  void anAnswerThatComesTwiceOrTooLateCountsOnce() {
    b.open(Rig.ANN);
    CompletableFuture<Cluster.Found> found = a.cluster.find(TARGET_ANN).toCompletableFuture();
    net.deliver();
    b.rig.run();
    SimulatedNet.Message answer = net.underWay().peek();
    net.deliver();
    net.deliverOne(answer);
    assertThat(found).isNotDone();
    c.rig.run();
    net.deliver();
    net.deliverOne(answer);
    assertThat(found.join().count()).isEqualTo(1);
  }

  @Test
  void whatIsNotUnderstoodIsIgnoredAndCounted() {
    for (String text : List.of(
        "face 2 tell []",
        "face 1 close [1]",
        "face 1 close [1,[\"user\",\"\"],\"kicked\"]",
        "face 1 close [1,[\"user\",\"ann\"],\"why\"]",
        "face 1 close [1,[\"user\",\"ann\"],\"kicked\",2]",
        "face 1 tell []]",
        "face 1 tell {}",
        "face 1 pulse [1.5,true,true]",
        "face 1 dance []",
        "face 1 tell",
        "face")) {
      net.node("d").send("a", text);
    }
    net.node("d").send("a", "seat is for somebody else");
    net.deliver();
    assertThat(a.cluster.strange()).isEqualTo(10);
  }

  @Test
  void oneNodeAloneAnswersAtOnce() {
    Rig rig = new Rig();
    Cluster alone = new Cluster(rig.engine, session -> List.of());
    rig.open(Rig.raw(SeatPolicy.NONE), Rig.ANN, new RecordingConnection());
    assertThat(alone.close(TARGET_ANN, CloseStatus.KICKED))
        .isCompletedWithValue(new Cluster.Closed(1, Coverage.COMPLETE));
  }
}
