package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Tabs of a few users connect to several nodes, reload, leave, and take their seats back. Messages
 * between the nodes are lost, late and doubled. Answers of the book are lost. The book loses its
 * latest entries, or all. Nodes stand still and die. Once all is quiet, each seat has exactly the
 * lines it should have, and no line was closed for a newer one that never was. Seeds are in the
 * messages of failures.
 */
class ClusterModelTest {
  private static final Pattern NUMBER = Pattern.compile("\"data\":(\\d+)");

  /** A page; one line at a time is its own, while those of its past may linger. */
  private final class Tab {
    final User user;
    final String instance;
    Visit visit;
    boolean staysAway;

    Tab(User user, String instance) {
      this.user = user;
      this.instance = instance;
    }

    boolean wants() {
      return visit != null && !visit.left && !staysAway;
    }
  }

  /** One line of a page. */
  private static final class Visit {
    final Tab tab;
    final SimulatedCluster.Node node;
    final RecordingConnection connection = new RecordingConnection();
    Line line;

    /** The page has closed it, or is gone with its node. */
    boolean left;

    /** Its node has been told that the connection is over. */
    boolean told;

    Visit(Tab tab, SimulatedCluster.Node node) {
      this.tab = tab;
      this.node = node;
    }

    boolean isOpen() {
      return !left && !node.dead && connection.closed == null;
    }

    boolean sits() {
      return isOpen() && line.ticket() != null;
    }
  }

  private long seed;
  private Random random;
  private SimulatedCluster cluster;
  private Door door;
  private SeatPolicy policy;
  private final List<Tab> tabs = new ArrayList<>();
  private final List<Visit> visits = new ArrayList<>();

  /** When a node last went on after it stood still. */
  private final Map<SimulatedCluster.Node, Moment> thawed = new HashMap<>();

  /** When those lost their seats who have not got them back. */
  private final Map<Visit, Moment> evicted = new HashMap<>();

  private int published;
  private int moments;

  /** @param published how much had been published then */
  private record Moment(int number, int published) {}

  private Moment now() {
    return new Moment(++moments, published);
  }

  /**
   * Whether the book may lose something in this run. Then it cannot always tell a node that went on
   * who was evicted.
   */
  private boolean mayForget;

  private void prepare(long of) {
    seed = of;
    random = new Random(seed);
    cluster = new SimulatedCluster(random, 2 + random.nextInt(2));
    mayForget = random.nextBoolean();
    policy = switch (random.nextInt(4)) {
      case 0 -> SeatPolicy.OLDEST;
      case 1 -> SeatPolicy.atMost(2);
      default -> SeatPolicy.NEWEST;
    };
    door = MembershipTest.door(policy);
    for (int i = 0; i < 5; i++) {
      tabs.add(new Tab(new User("u" + random.nextInt(2)), "tab" + i));
    }
  }

  private SimulatedCluster.Node anyNode() {
    return cluster.nodes.get(random.nextInt(cluster.nodes.size()));
  }

  private void connect(Tab tab, boolean take) {
    SimulatedCluster.Node node = anyNode();
    if (node.frozen) {
      return; // its page gives up, and tries elsewhere
    }
    Visit visit = new Visit(tab, node);
    visits.add(visit);
    tab.visit = visit;
    tab.staysAway = false;
    visit.line = node.open(door, tab.user, visit.connection);
    node.say(
        visit.line, "{\"hello\":{\"instance\":\"" + tab.instance + "\",\"take\":" + take + "}}");
  }

  private void leave(Visit visit) {
    if (visit != null && !visit.left) {
      visit.left = true;
      visit.node.whenThawed(() -> over(visit));
    }
  }

  /** The node learns that the connection is over. */
  private static void over(Visit visit) {
    if (!visit.told && !visit.node.dead) {
      visit.told = true;
      visit.line.closed(1006);
    }
  }

  private void happens(Tab tab) {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> {
        leave(tab.visit);
        connect(tab, false);
      }
      case 4 -> {
        leave(tab.visit);
        connect(tab, true);
      }
      case 5, 6 -> leave(tab.visit);
      case 7 -> kill(anyNode());
      case 8 -> anyNode().freeze();
      case 9, 10 -> thaw(anyNode());
      case 11 -> {
        if (mayForget) {
          cluster.book.rewind();
        }
      }
      case 12 -> {
        if (mayForget && random.nextInt(4) == 0) {
          cluster.book.forget();
        }
      }
      case 13 -> {
        cluster.book.away = !cluster.book.away;
        if (!cluster.book.away) {
          cluster.reconnect();
        }
      }
      case 14 -> cluster.tick(Duration.ofMillis(random.nextInt(8_000)));
      case 15, 16 -> cluster.tick(Duration.ofMillis(random.nextInt(1_000)));
      default -> cluster.publish(Rig.UPDATES, String.valueOf(++published));
    }
  }

  private void kill(SimulatedCluster.Node node) {
    if (random.nextInt(3) > 0) {
      return;
    }
    node.kill();
    visits.stream().filter(visit -> visit.node == node).forEach(visit -> visit.told = true);
    cluster.add();
  }

  private void thaw(SimulatedCluster.Node node) {
    if (node.frozen) {
      if (!node.bus.isAwake()) {
        thawed.put(node, now());
      }
      node.thaw();
    }
  }

  /** Pages answer beats, and come back after closes that do not tell them to stay away. */
  private void pagesGoOn(boolean all) {
    for (Visit visit : visits) {
      read(visit);
      CloseStatus closed = visit.connection.closed;
      if (closed != null) {
        visit.node.whenThawed(() -> over(visit));
      }
      if (visit.tab.visit == visit && closed != null && closed.staysAway()) {
        visit.tab.staysAway = true;
      }
    }
    for (Tab tab : tabs) {
      boolean lost = tab.wants() && !tab.visit.isOpen();
      if (lost && (all || random.nextInt(3) == 0)) {
        connect(tab, false);
      }
    }
  }

  private void read(Visit visit) {
    for (String text : visit.connection.rest()) {
      if (text.contains("\"beat\":") && !text.contains("welcome") && visit.isOpen()) {
        visit.node.whenThawed(() -> visit.line.received("{\"beat\":1}"));
      }
      Matcher data = NUMBER.matcher(text);
      if (data.find()) {
        assertNotForOthers(visit, Integer.parseInt(data.group(1)));
      }
    }
  }

  /** After a pause of its node, an evicted tab is given nothing that came later. */
  private void assertNotForOthers(Visit visit, int publication) {
    Moment wentOn = thawed.get(visit.node);
    Moment lost = evicted.get(visit);
    boolean evictedBefore = wentOn != null && lost != null && lost.number < wentOn.number;
    assertThat(evictedBefore && !mayForget && publication > wentOn.published)
        .as(
            "seed %d: %s was evicted before its node went on, and was given %d",
            seed, visit.line, publication)
        .isFalse();
  }

  /** Notes who sits no longer by the book; some are put back. */
  private void noteEvictions() {
    for (Visit visit : visits) {
      if (visit.line.ticket() != null) {
        Seat seat = cluster.book.seats.getOrDefault(key(visit.tab.user), Seat.EMPTY);
        if (seat.holders().contains(visit.line.ticket().holder())) {
          evicted.remove(visit);
        } else {
          evicted.putIfAbsent(visit, now());
        }
      }
    }
  }

  private static SeatKey key(User user) {
    return new SeatKey("line", user);
  }

  @RepeatedTest(400)
  void eachSeatHasTheLinesItShouldHaveOnceAllIsQuiet(RepetitionInfo info) {
    prepare(20_000L + info.getCurrentRepetition());
    for (int i = 0; i < 150; i++) {
      cluster.loss = random.nextInt(3) == 0 ? 0.2 : 0;
      happens(tabs.get(random.nextInt(tabs.size())));
      for (int steps = random.nextInt(10); steps > 0; steps--) {
        cluster.step();
        noteEvictions();
      }
      pagesGoOn(false);
      assertProofs();
    }
    quiet();
    Set<User> users = new HashSet<>();
    tabs.forEach(tab -> users.add(tab.user));
    users.forEach(this::assertSettled);
    assertNewcomersAreServed(users);
  }

  private void quiet() {
    cluster.loss = 0;
    cluster.book.away = false;
    if (random.nextBoolean()) { // otherwise the round alone has to find what got lost
      cluster.reconnect();
    }
    List.copyOf(cluster.nodes).forEach(this::thaw);
    for (int i = 0; i < 140; i++) {
      cluster.pass(Duration.ofSeconds(1));
      pagesGoOn(true);
      assertProofs();
    }
    cluster.settle();
  }

  /**
   * Whoever was closed for a newer line had one: a claim that was written, with a higher number.
   */
  private void assertProofs() {
    for (Visit visit : visits) {
      if (CloseStatus.REPLACED.equals(visit.connection.closed)) {
        Holder holder = cluster.book.claimed.stream()
            .map(SimulatedCluster.Book.Claimed::holder)
            .filter(claim -> claim.line().equals(visit.line.id()))
            .findFirst()
            .orElse(null);
        long own = holder == null ? 0 : holder.claim();
        assertThat(cluster.book.claimed)
            .as("seed %d: %s was closed, so a newer claim was made", seed, visit.line)
            .anyMatch(claim ->
                claim.key().equals(key(visit.tab.user)) && claim.holder().claim() > own);
      }
    }
  }

  private void assertSettled(User user) {
    List<Visit> sitting = visits.stream()
        .filter(visit -> visit.tab.user.equals(user) && visit.sits())
        .toList();
    List<Visit> open = visits.stream()
        .filter(visit -> visit.tab.user.equals(user) && visit.isOpen())
        .toList();
    List<Holder> book = cluster.book.seats.getOrDefault(key(user), Seat.EMPTY).holders();
    String state = "seed " + seed + ", " + policy + ", book " + book;
    assertThat(open).as("%s: whoever is open sits", state).isEqualTo(sitting);
    assertThat(sitting.size()).as("%s: not too many", state).isLessThanOrEqualTo(policy.seats());
    assertThat(book.stream().map(Holder::line).toList())
        .as("%s: who sits is in the book", state)
        .containsAll(sitting.stream().map(visit -> visit.line.id()).toList());
    assertThat(sitting.stream().map(visit -> visit.tab))
        .as("%s: no page sits twice", state)
        .doesNotHaveDuplicates();
    boolean wanted = tabs.stream().anyMatch(tab -> tab.user.equals(user) && tab.wants());
    assertThat(!wanted || !sitting.isEmpty()).as("%s: somebody sits", state).isTrue();
  }

  /** Nobody is kept out for ever, by lines that are gone or by a war. */
  private void assertNewcomersAreServed(Set<User> users) {
    for (User user : users) {
      Tab fresh = new Tab(user, "fresh");
      tabs.add(fresh);
      connect(fresh, true);
      for (int i = 0; i < 30; i++) {
        cluster.pass(Duration.ofSeconds(1));
        pagesGoOn(true);
      }
      boolean refused =
          fresh.visit.connection.closed != null && fresh.visit.connection.closed.code() == 4505;
      assertThat(fresh.visit.sits() || (refused && !policy.newestWins()))
          .as("seed %d, %s: %s", seed, policy, fresh.visit.connection.closed)
          .isTrue();
      if (refused) {
        assertThat(visits.stream().filter(v -> v.tab.user.equals(user) && v.sits()))
            .as("seed %d: all seats are taken by lines that live", seed)
            .hasSize(policy.seats());
      }
      assertSettled(user);
    }
  }
}
