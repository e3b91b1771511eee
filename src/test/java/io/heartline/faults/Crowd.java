package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part in a run: pages that read, publishers that publish, users with more tabs than
 * seats, and clients of all other protocols if wanted. All come through one door.
 */
final class Crowd implements AutoCloseable {
  static final List<String> CHANNELS = List.of("updates", "public:orders", "public:prices");

  private static final int READERS = 8;
  private static final int PUBLISHERS = 4;
  private static final int USERS = 2;
  private static final int TABS = 3;

  private final String base;
  private final SelfSigned tls;
  private final String key;
  private final History history;
  private final Random random;
  private final HttpClient http;
  private final List<Page> readers = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final Map<String, List<Page>> tabs = new LinkedHashMap<>();

  /** Null while there are only pages. */
  private @Nullable MixedClients mixed;

  /** How often publishers have begun anew. */
  private int rounds;

  /**
   * Lets pages read and publishers publish.
   *
   * @param port where all go to, by TLS
   * @param server some node: tells the users of the tabs apart
   * @param key that publishes
   */
  Crowd(int port, SelfSigned tls, RunningWar server, String key, History history, Random random)
      throws IOException {
    base = "https://127.0.0.1:" + port + "/heartline";
    this.tls = tls;
    this.key = key;
    this.history = history;
    this.random = random;
    http = client();
    URI door = URI.create("wss://127.0.0.1:" + port + "/heartline/line");
    for (int i = 0; i < READERS; i++) {
      readers.add(new Page("reader" + i, http, door, null, CHANNELS, history, random.nextLong()));
    }
    for (int i = 0; i < USERS; i++) {
      RunningWar.Guest guest = server.guest();
      List<Page> his = new ArrayList<>();
      for (int j = 0; j < TABS; j++) {
        his.add(new Page(
            "tab" + i + j, http, door, guest.cookie(), List.of(), history, random.nextLong()));
      }
      tabs.put(guest.user(), his);
    }
    NginxInFront.await(
        "reading",
        () -> readers.stream()
            .allMatch(page -> CHANNELS.stream().allMatch(name -> page.offset(name) >= 0)));
    publish();
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(tls.trusting())
        .build();
  }

  /** Lets publishers publish, until they are told to finish. */
  void publish() {
    rounds++;
    for (int i = 0; i < PUBLISHERS; i++) {
      publishers.add(publisher("publisher" + i + '.' + rounds, http).start());
    }
  }

  private Publisher publisher(String name, HttpClient client) {
    URI publish = URI.create(base + "/api/publish");
    return new Publisher(name, client, publish, key, CHANNELS, history, random.nextLong());
  }

  /** Lets clients of every protocol read too, and those of STOMP send. */
  MixedClients mix(RunningWar server) throws IOException, InterruptedException {
    String position = Json.field(
        server.get("api/position?channel=" + MixedClients.CHANNEL).body(), MixedClients.CHANNEL);
    mixed = new MixedClients(
        base, tls.certificate(), Position.parse(position).orElseThrow(), history, random.nextInt());
    mixed.awaitAll();
    return mixed;
  }

  /** Somebody who was replaced takes the seat back. */
  void pressUseHere() {
    List<Page> his = new ArrayList<>(tabs.values()).get(random.nextInt(USERS));
    his.stream().filter(Page::isReplaced).findAny().ifPresent(Page::takeBack);
  }

  /** Lets all who publish end what they have begun, and no more. */
  void finishPublishing(Duration patience) throws IOException, InterruptedException {
    if (mixed != null) {
      assertThat(mixed.finishSending(patience)).as("who still sends").isEmpty();
    }
    for (Publisher publisher : publishers) {
      assertThat(publisher.finish(patience)).isNull();
    }
  }

  /**
   * Waits until each reader has what is published from now on.
   *
   * @return after how long that was, in ms
   */
  long awaitBack(Duration patience) throws InterruptedException {
    long began = System.nanoTime();
    // By connections of its own: others may be silent, and their publishers wait for long.
    Publisher marker = publisher("marker" + ++rounds, client());
    Map<String, Position> marks = new LinkedHashMap<>();
    for (String channel : CHANNELS) {
      marks.put(channel, marker.publishNow(channel));
    }
    while (!behind(marks).isEmpty()) {
      assertThat(System.nanoTime() - began)
          .as("%s are not back: %s", behind(marks), marks)
          .isLessThan(patience.toNanos());
      Thread.sleep(50);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  /** Waits until each reader has read what is kept; who has not by then is the checker's. */
  void awaitRead(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<String, Position> heads = new LinkedHashMap<>();
    for (String channel : CHANNELS) {
      List<History.Kept> kept = history.kept(channel);
      if (!kept.isEmpty()) {
        heads.put(channel, kept.get(kept.size() - 1).position());
      }
    }
    while (!(behind(heads).isEmpty() && nobodyIsAhead(heads)) && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }
  }

  /** Who is ahead has read what a log that was set back does not have any more. */
  private boolean nobodyIsAhead(Map<String, Position> heads) {
    return readers.stream()
        .allMatch(page -> heads.entrySet().stream()
            .allMatch(head -> page.offset(head.getKey()) <= head.getValue().offset()));
  }

  private List<String> behind(Map<String, Position> positions) {
    List<String> behind = new ArrayList<>();
    positions.forEach((channel, position) -> {
      for (Page page : readers) {
        if (page.offset(channel) < position.offset()) {
          behind.add(page.name() + " in " + channel);
        }
      }
      if (mixed != null && channel.equals(MixedClients.CHANNEL) && !mixed.haveRead(position)) {
        behind.add("others in " + channel);
      }
    });
    return behind;
  }

  /** Writes down which tabs have a line, looking again for a while until it is one of each user. */
  void lookWhoSitsWhere(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Map.Entry<String, List<Page>> user : tabs.entrySet()) {
      List<String> live = live(user.getValue());
      while (live.size() != 1 && System.nanoTime() < deadline) {
        Thread.sleep(200);
        live = live(user.getValue());
      }
      history.seated(user.getKey(), live);
    }
  }

  private static List<String> live(List<Page> his) throws InterruptedException {
    List<String> live = new ArrayList<>();
    for (Page tab : his) {
      if (tab.isLive()) {
        live.add(tab.name());
      }
    }
    return live;
  }

  /** Returns how many gaps readers were told of. */
  long gaps() {
    return history.seen().values().stream()
        .flatMap(List::stream)
        .filter(event -> event instanceof Seen.Gap
            || event instanceof Seen.Began began && began.reason() != null)
        .count();
  }

  /** Returns the run's totals. */
  String totals() {
    long applied = history.seen().values().stream()
        .flatMap(List::stream)
        .filter(Seen.Applied.class::isInstance)
        .count();
    int kept =
        CHANNELS.stream().mapToInt(channel -> history.kept(channel).size()).sum();
    return "acknowledged "
        + publishers.stream().mapToInt(Publisher::acknowledged).sum()
        + ", sent again " + publishers.stream().mapToInt(Publisher::repeated).sum() + ", kept "
        + kept + ", applied " + applied + " by " + READERS + " readers on "
        + readers.stream().mapToInt(Page::lines).sum() + " lines, gaps " + gaps()
        + (mixed == null ? "" : ", " + mixed.totals());
  }

  @Override
  public void close() {
    if (mixed != null) {
      mixed.close();
    }
    readers.forEach(Page::close);
    tabs.values().forEach(his -> his.forEach(Page::close));
  }
}
