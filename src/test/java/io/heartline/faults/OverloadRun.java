package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Honest pages and publishers, and strangers who ask for ten times what they are allowed: lines,
 * messages, history, publications as guests and by a key.
 */
final class OverloadRun implements AutoCloseable {
  private static final int TIMES = 10;

  private static final List<String> CHANNELS = List.of("updates", "public:orders");
  private static final int READERS = 6;
  private static final Duration SETTLING = Duration.ofMinutes(2);
  private static final String HONEST = "honest-key-of-the-overload-run";
  private static final String NOISY = "noisy-key-of-the-overload-run";

  private static final int LINES = 20;
  private static final int MESSAGES = 20;
  private static final int GUESTS = 10;
  private static final int PUBLISHED = 400;
  private static final int BATCH = 100;
  private static final int HISTORY = 256 * 1024;

  /** How much at once, in seconds' worth. */
  private static final int BURST = 4;

  /** What one of the strangers' lines asks for each time, in bytes. */
  private static final int OLD = 7_000_000;

  private final RunningWar server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final History history = new History();
  private final List<Page> readers = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final List<Stranger> strangers = new ArrayList<>();
  private final Pulse pulse;
  private long begun;

  OverloadRun(Path folder) throws IOException, InterruptedException {
    server = RunningWar.start(
        folder,
        "heartline.api.keys=" + HONEST + ',' + NOISY,
        "heartline.api.scopes=publish,read",
        "heartline.retain.count=1000000",
        "heartline.retain.bytes=64MiB",
        rate("heartline.lines.new", LINES, ""),
        rate("heartline.line.messages", MESSAGES, ""),
        rate("heartline.demo.publish.all", GUESTS, ""),
        rate("heartline.publish.rate", PUBLISHED, ""),
        rate("heartline.catch-up", HISTORY, "B"),
        "heartline.catch-up.line=0B");
    for (int i = 0; i < READERS; i++) {
      readers.add(new Page("reader" + i, http, server.door("line"), null, CHANNELS, history, i));
    }
    while (!readers.stream()
        .allMatch(page -> CHANNELS.stream().allMatch(name -> page.offset(name) >= 0))) {
      Thread.sleep(20);
    }
    pulse = new Pulse(server, HONEST);
    String old = "{\"channel\":\"public:old\",\"data\":\"" + "x".repeat(OLD / 100) + "\"}";
    for (int i = 0; i < 100; i++) {
      assertThat(post("api/publish", old, "Authorization", "Bearer " + HONEST).statusCode())
          .isEqualTo(200);
    }
    for (int i = 0; i < 2; i++) {
      publishers.add(new Publisher(
              "publisher" + i, http, server.http("api/publish"), HONEST, CHANNELS, history, i)
          .start());
    }
  }

  private static String rate(String property, int perSecond, String unit) {
    return property + '=' + perSecond + unit + '/' + BURST * perSecond + unit;
  }

  private HttpResponse<String> post(String path, String body, String... headers)
      throws IOException {
    return RunningWar.send(HttpRequest.newBuilder(server.http(path))
        .headers(headers)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body)));
  }

  Pulse pulse() {
    return pulse;
  }

  History history() {
    return history;
  }

  /** Lets the strangers in. */
  void overload() throws IOException {
    begun = System.nanoTime();
    strangers.add(new Stranger("new lines", TIMES * LINES, new Knocker()));
    strangers.add(new Stranger("messages", TIMES * MESSAGES, new Talker()));
    Guest guest = server.guest();
    strangers.add(new Stranger("guests", TIMES * GUESTS, () -> asGuest(guest)));
    String noise = "{\"channel\":\"public:noise\",\"data\":\"" + "y".repeat(100) + "\"}";
    String batch = "{\"messages\":[" + String.join(",", Collections.nCopies(BATCH, noise)) + "]}";
    strangers.add(new Stranger("publications", TIMES * PUBLISHED / BATCH, () -> byKey(batch)));
    for (int i = 0; i < 4; i++) {
      strangers.add(new Stranger("history " + i, TIMES, new Reader()));
    }
  }

  private long asGuest(Guest guest) throws IOException {
    int status = post(
            "demo/publish", "{\"channel\":\"public:demo\",\"data\":1}", "Cookie", guest.cookie())
        .statusCode();
    assertThat(status).isIn(200, 429);
    return status == 200 ? 1 : 0;
  }

  private long byKey(String batch) throws IOException {
    int status = post("api/publish", batch, "Authorization", "Bearer " + NOISY).statusCode();
    assertThat(status).isIn(200, 429);
    return status == 200 ? BATCH : 0;
  }

  /** Returns a new line, or null if there is none for us. */
  private @Nullable RawSocketClient line() throws IOException {
    RawSocketClient client = RawSocketClient.connect(server.door("line"));
    int status = client
        .handshake(server.door("line"), "Sec-WebSocket-Protocol", "heartline.v1")
        .status();
    assertThat(status).isIn(101, 503);
    if (status == 101) {
      return client;
    }
    client.close();
    return null;
  }

  /** Opens lines and keeps the last of them. */
  private final class Knocker implements Stranger.Attempt {
    private final Deque<RawSocketClient> open = new ArrayDeque<>();

    @Override
    public long make() throws IOException {
      RawSocketClient next = line();
      if (next == null) {
        return 0;
      }
      open.add(next);
      if (open.size() > 100) {
        open.remove().reset();
      }
      return 1;
    }
  }

  /** Talks without end, and opens a new line whenever the last one is closed for it. */
  private final class Talker implements Stranger.Attempt {
    private @Nullable RawSocketClient line;

    @Override
    public long make() throws IOException {
      if (line == null) {
        line = line();
        return line == null ? 0 : 1;
      }
      line.text("{\"probe\":1}");
      RawSocketClient.Frame answer = line.read();
      while (answer.opcode() == RawSocketClient.TEXT && !answer.text().contains("probed")) {
        answer = line.read(); // the welcome, or a good-bye
      }
      if (answer.opcode() == RawSocketClient.TEXT) {
        return 1;
      }
      assertThat(answer.code()).isEqualTo(4008);
      line.close();
      line = null;
      return 0;
    }
  }

  /** Asks for the same history as soon as it has come; what is granted is counted in bytes. */
  private final class Reader implements Stranger.Attempt {
    private @Nullable RawSocketClient line;
    private int asked;

    @Override
    public long make() throws IOException {
      if (line == null) {
        line = line();
        if (line == null) {
          return 0;
        }
        line.text("{\"hello\":{}}");
      }
      String probed = "{\"probed\":" + ++asked + '}';
      line.text("{\"unsubscribe\":\"public:old\"}\n"
          + "{\"subscribe\":\"public:old\",\"last\":1000}\n{\"probe\":" + asked + '}');
      long bytes = 0;
      String text = line.readText();
      while (!text.contains(probed)) {
        bytes += text.length();
        text = line.readText();
      }
      return bytes + text.length();
    }
  }

  /** Sends the strangers away, and reads what the log holds; then the history can be judged. */
  void settle() throws IOException, InterruptedException {
    for (Stranger stranger : strangers) {
      assertThat(stranger.finish()).as(stranger.toString()).isNull();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    for (Publisher publisher : publishers) {
      assertThat(publisher.finish(SETTLING)).isNull();
    }
    assertHeld("new lines", LINES, seconds);
    assertHeld("guests", GUESTS, seconds);
    assertThat(stranger("messages").refused()).as(totals()).isPositive();
    assertHeld("publications", PUBLISHED, seconds);
    long read = strangers.stream()
        .filter(stranger -> stranger.toString().startsWith("history"))
        .mapToLong(Stranger::granted)
        .sum();
    long asked = strangers.stream()
        .filter(stranger -> stranger.toString().startsWith("history"))
        .mapToLong(Stranger::attempts)
        .sum();
    // Each line may be one turn ahead, and what is asked for is answered.
    assertThat((double) read)
        .isLessThan(HISTORY * (BURST + seconds) + 8 * 128 * 1024 + 1_000.0 * asked);
    for (String channel : CHANNELS) {
      LogReader.read(server, channel, history, "Authorization", "Bearer " + HONEST);
    }
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (!allHaveRead() && System.nanoTime() < deadline) {
      Thread.sleep(50); // who has not read all by then is the checker's
    }
    assertThat(server.get("health/ready").statusCode()).isEqualTo(200);
  }

  /** No more was granted than allowed, and more was asked for. */
  private void assertHeld(String name, int perSecond, double seconds) {
    Stranger stranger = stranger(name);
    assertThat(stranger.refused()).as(stranger.toString()).isPositive();
    assertThat((double) stranger.granted())
        .as(stranger.toString())
        .isLessThanOrEqualTo(perSecond * (BURST + seconds) + BATCH);
  }

  private Stranger stranger(String name) {
    return strangers.stream()
        .filter(one -> one.toString().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private boolean allHaveRead() {
    return CHANNELS.stream().allMatch(channel -> {
      List<History.Kept> kept = history.kept(channel);
      long head = kept.isEmpty() ? 0 : kept.get(kept.size() - 1).position().offset();
      return readers.stream().allMatch(page -> page.offset(channel) >= head);
    });
  }

  /** Returns the run's totals, a line for each who took part. */
  String totals() {
    StringBuilder totals = new StringBuilder();
    strangers.forEach(stranger -> totals.append(stranger).append('\n'));
    return totals
        .append("honest: acknowledged ")
        .append(publishers.stream().mapToInt(Publisher::acknowledged).sum())
        .append(", sent again ")
        .append(publishers.stream().mapToInt(Publisher::repeated).sum())
        .append(", ")
        .append(READERS)
        .append(" readers on ")
        .append(readers.stream().mapToInt(Page::lines).sum())
        .append(" lines")
        .toString();
  }

  @Override
  public void close() {
    strangers.forEach(Stranger::close);
    readers.forEach(Page::close);
    server.close();
  }
}
