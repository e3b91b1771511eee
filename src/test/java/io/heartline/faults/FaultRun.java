package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.Json;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server behind nginx and a bad network, pages that read, publishers that publish, users with
 * more tabs than seats, and clients of all other protocols if wanted; and what happens to them,
 * decided by a seed.
 */
final class FaultRun implements AutoCloseable {
  private static final List<String> CHANNELS = List.of("updates", "public:orders", "public:prices");

  private static final int READERS = 8;
  private static final int PUBLISHERS = 4;
  private static final int USERS = 2;
  private static final int TABS = 3;
  private static final Duration SETTLING = Duration.ofMinutes(2);

  /** What the file that is torn ends with: half of a record that never was. */
  private static final int MAX_TORN = 200;

  private final Path folder;
  private final Random random;
  private final List<String> properties;
  private final History history = new History();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final List<Page> readers = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final Map<String, List<Page>> tabs = new LinkedHashMap<>();
  private final NginxInFront nginx;
  private final Network network;
  private final SelfSigned tls;
  private RunningWar server;

  /** Null while there are only pages. */
  private @Nullable MixedClients mixed;

  /** @param store as {@code heartline.store} */
  FaultRun(Path folder, long seed, String store) throws IOException {
    this.folder = folder;
    random = new Random(seed);
    properties = List.of(
        "heartline.port=" + NginxInFront.freePort(),
        "heartline.store=" + store,
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.probe=1s",
        "heartline.drain.window=1s",
        "heartline.retain.count=1000000",
        "heartline.retain.bytes=200MiB",
        "heartline.stomp.send=" + MixedClients.DESTINATION + '=' + MixedClients.CHANNEL);
    server = start();
    tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    nginx = NginxInFront.start(folder, Configuration.shipped(folder, port, tls, server), port);
    network = new Network(port);
    HttpClient http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(tls.trusting())
        .build();
    URI door = URI.create("wss://127.0.0.1:" + network.port() + "/heartline/line");
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
    URI publish = URI.create("https://127.0.0.1:" + network.port() + "/heartline/api/publish");
    for (int i = 0; i < PUBLISHERS; i++) {
      publishers.add(new Publisher(
          "publisher" + i, http, publish, server.key(), CHANNELS, history, random.nextLong()));
    }
  }

  private RunningWar start() throws IOException {
    return RunningWar.start(folder, properties.toArray(new String[0]));
  }

  History history() {
    return history;
  }

  /** Lets clients of every protocol read too, and those of STOMP send. */
  MixedClients mix() throws IOException, InterruptedException {
    String position = Json.field(
        server.get("api/position?channel=" + MixedClients.CHANNEL).body(), MixedClients.CHANNEL);
    mixed = new MixedClients(
        "https://127.0.0.1:" + network.port() + "/heartline",
        tls.certificate(),
        Position.parse(position).orElseThrow(),
        history,
        random.nextInt());
    mixed.awaitAll();
    return mixed;
  }

  /** Breaks something so many times, with a while of peace before each. */
  void breakThings(int times, Fault... which) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      Thread.sleep(1_000 + random.nextInt(3_000));
      Fault fault = which[random.nextInt(which.length)];
      breakOne(fault);
      faults.merge(fault, 1, Integer::sum);
      List<Page> his = new ArrayList<>(tabs.values()).get(random.nextInt(USERS));
      his.stream().filter(Page::isReplaced).findAny().ifPresent(Page::takeBack);
    }
  }

  private void breakOne(Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case KILLED -> {
        server.kill();
        server = start();
      }
      case TORN -> {
        server.kill();
        tear();
        server = start();
      }
      case STOPPED -> {
        server.stop();
        server = start();
      }
      case FROZEN -> {
        server.signal("STOP");
        Thread.sleep(200 + random.nextInt(4_000));
        server.signal("CONT");
      }
      case CUT -> network.cut();
      case SILENT -> network.stall();
      case SLOW -> network.slow();
      case RELOADED -> nginx.reload();
    }
  }

  /** As if the server had been writing when the power failed. */
  private void tear() throws IOException {
    try (Stream<Path> files = Files.walk(server.data())) {
      Path newest = files
          .filter(file -> file.getFileName().toString().matches("segment-\\d+\\.log"))
          .max(Path::compareTo)
          .orElse(null);
      if (newest == null) {
        return; // a store without files
      }
      byte[] written = Files.readAllBytes(newest);
      int length = Math.min(1 + random.nextInt(MAX_TORN), written.length);
      byte[] half = java.util.Arrays.copyOfRange(written, written.length - length, written.length);
      half[half.length - 1] ^= 1; // not a whole record by chance
      Files.write(newest, half, StandardOpenOption.APPEND);
    }
  }

  /**
   * Lets all come to rest, reads the log and looks who sits where; after it the history can be
   * judged.
   */
  void settle() throws IOException, InterruptedException {
    if (mixed != null) {
      assertThat(mixed.finishSending(SETTLING)).as("who still sends").isEmpty();
    }
    for (Publisher publisher : publishers) {
      assertThat(publisher.finish(SETTLING)).isNull();
    }
    for (String channel : CHANNELS) {
      LogReader.read(server, channel, history);
    }
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (!allHaveRead() && System.nanoTime() < deadline) {
      Thread.sleep(100); // who has not read all by then is the checker's
    }
    for (Map.Entry<String, List<Page>> user : tabs.entrySet()) {
      history.seated(user.getKey(), live(user.getValue(), deadline));
    }
  }

  private boolean allHaveRead() {
    return CHANNELS.stream().allMatch(channel -> {
      List<History.Kept> kept = history.kept(channel);
      if (kept.isEmpty()) {
        return true;
      }
      Position head = kept.get(kept.size() - 1).position();
      return readers.stream().allMatch(page -> page.offset(channel) >= head.offset())
          && (mixed == null || !channel.equals(MixedClients.CHANNEL) || mixed.haveRead(head));
    });
  }

  /** Returns the tabs that have a line, looking again while none has: it may be on its way. */
  private static List<String> live(List<Page> his, long deadline) throws InterruptedException {
    while (true) {
      List<String> live = new ArrayList<>();
      for (Page tab : his) {
        if (tab.isLive()) {
          live.add(tab.name());
        }
      }
      if (!live.isEmpty() || System.nanoTime() > deadline) {
        return live;
      }
      Thread.sleep(200);
    }
  }

  /** Returns how many gaps pages were told of. */
  long gaps() {
    return history.seen().values().stream()
        .flatMap(List::stream)
        .filter(event -> event instanceof Seen.Gap
            || event instanceof Seen.Began began && began.reason() != null)
        .count();
  }

  /** Returns the run's totals in one line. */
  String totals() {
    long applied = history.seen().values().stream()
        .flatMap(List::stream)
        .filter(Seen.Applied.class::isInstance)
        .count();
    int kept =
        CHANNELS.stream().mapToInt(channel -> history.kept(channel).size()).sum();
    return "faults " + faults.values().stream().mapToInt(n -> n).sum() + ' ' + faults
        + ", acknowledged "
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
    network.close();
    nginx.close();
    if (server.isAlive()) {
      try {
        server.signal("CONT");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    server.close();
  }
}
