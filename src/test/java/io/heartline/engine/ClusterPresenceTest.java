package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in a channel whose readers are on several nodes. */
class ClusterPresenceTest {
  private static final Duration AWAY = Duration.ofSeconds(20);
  private static final ChannelName CHAT = new ChannelName("chat");
  private static final User BOB = new User("bob");
  private static final Pattern NEWS = Pattern.compile(
      "\\{(?:\"here\":\\[(.*)\\]|\"join\":\\[(.*)\\],\"leave\":\\[(.*)\\]),\"count\":(\\d+)\\}");

  private final SimulatedNet net = new SimulatedNet();
  private final Rig first = new Rig(100_000, 1000);
  private final Map<String, Node> nodes = new TreeMap<>();

  private int halfSeconds;

  private final class Node {
    final Rig rig;
    final SimulatedNet.Node bus;
    final Cluster cluster;
    final List<Line> open = new ArrayList<>();

    Node(String name) {
      rig = nodes.isEmpty() ? first : new Rig(first);
      bus = net.node(name);
      cluster = new Cluster(rig.engine, bus, session -> List.of(), () -> true);
      cluster.keepPresence(channel -> channel.text().startsWith("chat"), AWAY);
      nodes.put(name, this);
      bus.doubt(Bus.Doubt.RECONNECTED);
    }

    Line join(User user) {
      return open(user, "chat");
    }

    /** Somebody reads who comes and goes, and is nobody's user. */
    void watch() {
      open(null, "chat#presence");
    }

    private Line open(User user, String channel) {
      Line line = rig.open(Rig.pages(SeatPolicy.NONE), user, new RecordingConnection());
      rig.say(line, "{\"subscribe\":\"" + channel + "\"}");
      open.add(line);
      return line;
    }
  }

  /** Lets all hear what was said, and what follows. */
  private void settle() {
    for (int i = 0; i < 4; i++) {
      net.deliver();
      nodes.values().forEach(node -> node.rig.poll());
    }
  }

  private void pass(Duration time) {
    for (long i = 0; i < time.toMillis(); i += 500) {
      first.time.advance(Duration.ofMillis(500));
      if (++halfSeconds % 10 == 0) {
        net.look();
        nodes
            .values()
            .forEach(node -> node.open.forEach(line -> {
              if (!line.isGone()) {
                line.received("{\"beat\":1}");
              }
            }));
      }
      settle();
    }
  }

  private Node node(String name) {
    Node node = new Node(name);
    settle();
    return node;
  }

  private void kill(Node node) {
    net.kill(node.bus.node());
    nodes.remove(node.bus.node());
  }

  private List<String> told() {
    return told(new From.Last(100_000));
  }

  private List<String> told(From from) {
    List<String> all = new ArrayList<>();
    first
        .engine
        .look(new ChannelName("chat#presence"), from, opened -> {
          if (opened.view().read(opened.start().position(), Integer.MAX_VALUE)
              instanceof Reading.Range range) {
            range.publications().forEach(one -> all.add(one.data()));
          }
          return 0;
        })
        .toCompletableFuture()
        .join();
    return all;
  }

  /** Who is here for somebody who reads all that is told. */
  private Set<String> watched() {
    return after(Set.of(), told());
  }

  /** Who is here for somebody who was answered so, and has read what was told since. */
  private Set<String> after(Here answer) {
    return after(
        answer.users().stream().map(User::id).toList(), told(new From.After(answer.position())));
  }

  private static Set<String> after(Collection<String> before, List<String> told) {
    Set<String> here = new TreeSet<>(before);
    for (String news : told) {
      Matcher matcher = NEWS.matcher(news);
      assertThat(matcher.matches()).as(news).isTrue();
      if (matcher.group(1) != null) {
        here.clear();
        here.addAll(names(matcher.group(1)));
      } else {
        here.addAll(names(matcher.group(2)));
        names(matcher.group(3)).forEach(here::remove);
      }
    }
    return here;
  }

  private static List<String> names(String quoted) {
    return quoted.isEmpty() ? List.of() : List.of(quoted.replace("\"", "").split(","));
  }

  private Here here(Node node) {
    CompletableFuture<Here> here = node.cluster.here(CHAT).toCompletableFuture();
    settle();
    assertThat(here).as("answered, now that all is settled").isCompleted();
    return here.join();
  }

  @Test
  void aUserOnTwoNodesIsToldOfOnceAndLeavesWithTheLastLine() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    Line onA = a.join(Rig.ANN);
    Line onB = b.join(Rig.ANN);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    assertThat(watched()).containsExactly("ann", "bob");
    onA.closed(1001);
    pass(AWAY.multipliedBy(2));
    assertThat(told()).noneMatch(news -> news.contains("\"leave\":[\"ann\"]"));
    onB.closed(1001);
    pass(AWAY.plusSeconds(1));
    assertThat(told()).last().isEqualTo("{\"join\":[],\"leave\":[\"ann\"],\"count\":1}");
    assertThat(told().stream().filter(news -> news.contains("\"ann\""))).hasSize(2);
  }

  @Test
  void everyNodeAnswersTheSame() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    b.join(BOB);
    a.join(Rig.ANN);
    pass(Duration.ofSeconds(1));
    assertThat(here(b)).isEqualTo(here(a));
    assertThat(here(b).users()).containsExactlyInAnyOrder(Rig.ANN, BOB);
    assertThat(here(b).position()).isNotNull();
  }

  @Test
  void whoMovesToAnotherNodeInTimeHasNotLeft() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    Line line = a.join(Rig.ANN);
    pass(Duration.ofSeconds(1));
    line.closed(1001);
    pass(AWAY.minusSeconds(2));
    b.join(Rig.ANN);
    pass(AWAY.multipliedBy(2));
    assertThat(told()).filteredOn(news -> news.contains("ann")).hasSize(1);
  }

  @Test
  void theUsersOfANodeThatDiesLeaveAfterItsLeaseAndTheTimeAway() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    a.join(Rig.ANN);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    kill(a);
    pass(Roster.LEASE.plus(Duration.ofSeconds(10))); // b publishes now, and has named all again
    assertThat(watched()).containsExactly("ann", "bob");
    assertThat(here(b).users()).containsExactlyInAnyOrder(Rig.ANN, BOB);
    pass(AWAY);
    assertThat(watched()).containsExactly("bob");
    assertThat(here(b).count()).isEqualTo(1);
  }

  @Test
  void aNewNodeDoesNotPublishBeforeItKnowsWhoIsHere() {
    Node b = node("b");
    pass(AWAY);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    int before = told().size();
    Node a = node("a"); // the first by name
    pass(Duration.ofSeconds(10));
    assertThat(told()).hasSize(before);
    assertThat(here(a).users()).containsExactly(BOB);
    a.join(Rig.ANN);
    pass(Duration.ofSeconds(1));
    assertThat(watched()).as("b publishes meanwhile").containsExactly("ann", "bob");
    pass(AWAY.multipliedBy(2));
    assertThat(told()).as("a names all").last().asString().contains("here", "ann", "bob");
  }

  @Test
  void aWatcherOnAnyNodeIsToldOfAChannelWithoutAnybody() {
    node("a");
    Node b = node("b");
    pass(AWAY);
    Line watcher = b.rig.open(Rig.pages(SeatPolicy.NONE), BOB, new RecordingConnection());
    b.rig.say(watcher, "{\"subscribe\":\"chat#presence\"}");
    settle();
    assertThat(told()).containsExactly("{\"here\":[],\"count\":0}");
  }

  @Test
  void aNodeThatWasGivenUpNamesAllWhenItIsBack() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    a.join(Rig.ANN);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    net.expire("a"); // it cannot reach Redis
    net.lost = message -> message.from().equals("a") || message.to().equals("a");
    pass(Roster.LEASE.plus(AWAY).plusSeconds(20));
    assertThat(watched()).containsExactly("bob");
    net.lost = message -> false;
    net.renew("a");
    a.bus.doubt(Bus.Doubt.PAUSED);
    pass(Duration.ofSeconds(20));
    assertThat(watched()).containsExactly("ann", "bob");
  }

  @Test
  void aChangeThatWasLostIsNoticedByTheNextOne() {
    node("a");
    Node b = node("b");
    pass(AWAY);
    net.lost = message -> message.text().contains("\"ann\"");
    b.join(Rig.ANN);
    pass(Duration.ofMillis(500));
    net.lost = message -> false;
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    assertThat(watched()).containsExactly("ann", "bob");
  }

  @Test
  void theLastChangeThatWasLostIsNoticedWithinFiveSeconds() {
    node("a");
    Node b = node("b");
    pass(AWAY);
    net.lost = message -> message.text().contains("\"ann\"");
    b.join(Rig.ANN);
    pass(Duration.ofMillis(500));
    net.lost = message -> false;
    pass(Duration.ofSeconds(6));
    assertThat(watched()).containsExactly("ann");
  }

  /** What it knew was right, and who goes by the position learns the rest. */
  @Test
  void whileTheNodeThatTellsDoesNotAnswerAnotherOneSaysWhatItKnowsAndNamesIt() {
    Node a = node("a");
    Node b = node("b");
    Node c = node("c");
    pass(AWAY);
    a.join(Rig.ANN);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    net.lost = message -> message.to().equals("a");
    CompletableFuture<Here> asked = c.cluster.here(CHAT).toCompletableFuture();
    pass(Duration.ofSeconds(1));
    Here here = asked.join();
    assertThat(here.users()).containsExactlyInAnyOrder(Rig.ANN, BOB);
    assertThat(here.count()).isEqualTo(2);
    assertThat(here.coverage()).isEqualTo(new Coverage(false, Set.of("a")));
    net.lost = message -> false;
    c.bus.doubt(Bus.Doubt.RECONNECTED);
    settle();
    assertThat(here(c).coverage()).isEqualTo(Coverage.COMPLETE);
  }

  @Test
  void whoWasAnsweredByAnotherNodeThanTheOneThatTellsIsToldAllAgain() {
    node("a");
    Node b = node("b");
    pass(AWAY);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    net.lost = message -> message.text().contains(" who ");
    CompletableFuture<Here> here = b.cluster.here(CHAT).toCompletableFuture();
    int before = told().size();
    pass(Duration.ofSeconds(1));
    assertThat(here.join().coverage().missing()).containsExactly("a");
    assertThat(told().subList(before, told().size()))
        .containsExactly("{\"here\":[\"bob\"],\"count\":1}");
  }

  @Test
  void whenTheNodeThatTellsHasEndedAnotherOneAnswersAtOnce() {
    Node a = node("a");
    Node b = node("b");
    Node c = node("c");
    pass(AWAY);
    a.join(Rig.ANN);
    c.join(BOB);
    pass(Duration.ofSeconds(1));
    kill(a);
    Here here = here(c); // asks b, which did not know yet that it is the one that tells
    assertThat(here.users()).containsExactlyInAnyOrder(Rig.ANN, BOB);
    assertThat(here.coverage()).isEqualTo(Coverage.COMPLETE);
    assertThat(here(b)).isEqualTo(here);
  }

  @Test
  void aNodeThatMayHaveMissedSomethingOfAnotherOneSaysSo() {
    Node a = node("a");
    Node b = node("b");
    pass(AWAY);
    b.join(BOB);
    pass(Duration.ofSeconds(1));
    net.lost = message -> message.from().equals("b");
    a.bus.doubt(Bus.Doubt.RECONNECTED);
    settle();
    assertThat(here(a).coverage()).isEqualTo(new Coverage(false, Set.of("b")));
    net.lost = message -> false;
    pass(Duration.ofSeconds(6)); // b tells that it lives, and is asked again
    assertThat(here(a).coverage()).isEqualTo(Coverage.COMPLETE);
  }

  @Test
  void aNodeWithoutALeaseDoesNotSayWhoIsHere() {
    Node a = node("a");
    node("b");
    pass(AWAY);
    net.expire("a");
    CompletableFuture<Here> here = a.cluster.here(CHAT).toCompletableFuture();
    net.lost = message -> message.to().equals("b");
    pass(Duration.ofSeconds(2));
    assertThat(here)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(Store.Unavailable.class);
  }

  /** Lines come, move and go, nodes start and die, and messages are lost, doubled and late. */
  @ParameterizedTest
  @ValueSource(longs = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
  void afterAWhileOfQuietTheTellingIsTrue(long given) throws IOException {
    long seed = given == 0 ? new Random().nextLong() : given;
    Random random = new Random(seed);
    Map<Line, String> lines = new LinkedHashMap<>();
    Map<Line, Node> where = new HashMap<>();
    List<CompletableFuture<Here>> asked = new ArrayList<>();
    node("n").watch();
    int names = 0;
    for (int step = 0; step < 300; step++) {
      List<Node> alive = List.copyOf(nodes.values());
      Node node = alive.get(random.nextInt(alive.size()));
      switch (random.nextInt(13)) {
        case 0 -> {
          if (alive.size() < 4) {
            node((char) ('a' + random.nextInt(26)) + "" + names++).watch();
          }
        }
        case 1 -> {
          if (alive.size() > 1) {
            kill(node);
            lines.keySet().removeIf(line -> where.get(line) == node);
          }
        }
        case 2 -> {
          net.expire(node.bus.node());
          net.look();
          pass(Duration.ofSeconds(random.nextInt(4)));
          net.renew(node.bus.node());
          node.bus.doubt(Bus.Doubt.PAUSED);
        }
        case 3 -> node.bus.doubt(Bus.Doubt.RECONNECTED);
        case 4, 5, 6 -> {
          String user = "u" + random.nextInt(6);
          Line line = node.join(new User(user));
          lines.put(line, user);
          where.put(line, node);
        }
        case 7, 8 ->
          lines.keySet().stream()
              .skip(random.nextInt(1 + lines.size()))
              .findFirst()
              .ifPresent(line -> {
                line.closed(1001);
                lines.remove(line);
              });
        case 9 -> asked.add(node.cluster.here(CHAT).toCompletableFuture());
        default -> pass(Duration.ofSeconds(1 + random.nextInt(8)));
      }
      net.lost = message -> random.nextInt(10) == 0;
      if (random.nextInt(4) == 0 && !net.underWay().isEmpty()) { // doubled and overtaken
        net.underWay().addLast(net.underWay().peekFirst());
        net.underWay().addFirst(net.underWay().removeLast());
        net.underWay().addLast(net.underWay().removeFirst());
      }
    }
    net.lost = message -> false;
    pass(Roster.LEASE.plus(AWAY).plusSeconds(30));
    assertThat(watched()).as("seed %d", seed).isEqualTo(new TreeSet<>(lines.values()));
    asked.stream()
        .filter(here -> here.isDone() && !here.isCompletedExceptionally())
        .forEach(here -> assertThat(after(here.join()))
            .as("seed %d, whoever was answered %s", seed, here.join())
            .isEqualTo(new TreeSet<>(lines.values())));
    for (Node node : nodes.values()) {
      assertThat(here(node).coverage()).as("seed %d", seed).isEqualTo(Coverage.COMPLETE);
      assertThat(here(node).users().stream().map(User::id))
          .as("seed %d, node %s", seed, node.bus.node())
          .containsExactlyInAnyOrderElementsOf(new TreeSet<>(lines.values()));
    }
  }
}
