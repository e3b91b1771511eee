package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Told;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of raw text, server-sent events, STOMP and SockJS, with the libraries that people use,
 * all at one channel. Those of STOMP publish there as well.
 */
final class MixedClients implements AutoCloseable {
  static final String CHANNEL = "updates";

  /** What is sent there is published in the channel. */
  static final String DESTINATION = "/app/all";

  private static final List<String> TRANSPORTS =
      List.of("websocket", "xhr-streaming", "eventsource", "xhr-polling");

  private static final List<String> SENDERS =
      named("stomp", List.of("stompjs 7", "stompjs 2"), "stompjs 7", "stompjs 2");

  private final History history;
  private final NodeClients node;
  private final Map<String, Follower> followers = new LinkedHashMap<>();

  /** How many messages of each sender were taken. */
  private final Map<String, AtomicInteger> taken = new LinkedHashMap<>();

  /** Who sends no more. */
  private final Set<String> quiet = ConcurrentHashMap.newKeySet();

  /**
   * @param url of the server, without a slash at its end
   * @param trusted its certificate
   * @param start from where all read
   */
  MixedClients(String url, Path trusted, Position start, History history, int seed)
      throws IOException {
    this.history = history;
    for (String name : names()) {
      followers.put(name, new Follower(name, CHANNEL, start, history));
    }
    SENDERS.forEach(name -> taken.put(name, new AtomicInteger()));
    node = new NodeClients(
        this::happened,
        trusted,
        "mixed.mjs",
        url,
        CHANNEL,
        start.toString(),
        DESTINATION,
        String.valueOf(seed));
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(SENDERS);
    names.addAll(named("raw", List.of("raw, text beats"), "raw"));
    names.addAll(List.of(
        "EventSource2",
        "EventSource3",
        "EventSource4",
        "EventSource5",
        "eventsource-client",
        "fetch-event-source"));
    return names;
  }

  /** @param kinds of those that are there on each transport of SockJS */
  private static List<String> named(String first, List<String> others, String... kinds) {
    List<String> names = new ArrayList<>(List.of(first));
    names.addAll(others);
    for (String kind : kinds) {
      TRANSPORTS.forEach(transport -> names.add(kind + ", " + transport));
    }
    return names;
  }

  private void happened(Told.Event event) {
    String[] fields = event.text().split("\t", -1);
    if (event.detail().equals("quiet")) {
      quiet.add(event.client());
      return;
    }
    if (event.detail().equals("sent")) {
      sent(event.client(), fields[0], fields[1], fields[2].equals("taken"));
      return;
    }
    Follower follower = followers.get(event.client());
    if (follower == null) {
      throw new IllegalStateException("nobody is called " + event.client());
    }
    switch (event.detail()) {
      case "began" ->
        follower.began(
            position(fields[0]), position(fields[1]), fields[2].isEmpty() ? null : fields[2]);
      case "push" ->
        follower.pushed(
            Long.parseLong(fields[0]), fields[1].isEmpty() ? null : position(fields[1]), fields[2]);
      case "gap" -> follower.gap(position(fields[0]), fields[1]);
      default -> throw new IllegalStateException("nothing is called " + event.detail());
    }
  }

  /** What was sent on different lines may arrive in any order: each is a publisher. */
  private void sent(String client, String line, String value, boolean isTaken) {
    history.sent(new History.Sent(client + ", line " + line, CHANNEL, value, isTaken, null));
    if (isTaken) {
      taken.get(client).incrementAndGet();
    }
  }

  private static Position position(String text) {
    return Position.parse(text).orElseThrow();
  }

  /** Waits until each has a line, and something that each sender sent was taken. */
  void awaitAll() throws InterruptedException {
    // Browsers' libraries, several processes and nginx begin at once, maybe beside other tests.
    long deadline = System.nanoTime() + RunningWar.PATIENCE.multipliedBy(4).toNanos();
    for (Set<String> missing = missing(); !missing.isEmpty(); missing = missing()) {
      assertThat(node.isAlive()).as("the process of the clients").isTrue();
      assertThat(System.nanoTime()).as("never took part: %s", missing).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    followers.forEach((name, follower) -> {
      if (follower.lines() == 0) {
        missing.add(name);
      }
    });
    taken.forEach((name, count) -> {
      if (count.get() == 0) {
        missing.add(name + " as a sender");
      }
    });
    return missing;
  }

  /** Lets each send what it is sending and no more; returns who does not end in time. */
  Set<String> finishSending(Duration patience) throws IOException, InterruptedException {
    node.say("enough");
    long deadline = System.nanoTime() + patience.toNanos();
    Set<String> left = new TreeSet<>(SENDERS);
    for (; !left.isEmpty() && System.nanoTime() < deadline; Thread.sleep(50)) {
      left.removeAll(quiet);
    }
    return left;
  }

  boolean haveRead(Position head) {
    assertThat(node.isAlive()).as("the process of the clients").isTrue();
    return followers.values().stream().allMatch(follower -> follower.hasRead(head));
  }

  /** Returns who was not told of a gap. */
  List<String> withoutGap() {
    return followers.entrySet().stream()
        .filter(follower -> follower.getValue().gaps() == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns the totals of a run. */
  String totals() {
    return followers.size() + " others on "
        + followers.values().stream().mapToInt(Follower::lines).sum() + " lines, repeats dropped "
        + followers.values().stream().mapToInt(Follower::repeats).sum() + ", sent by STOMP "
        + taken.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  @Override
  public void close() {
    try {
      node.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
