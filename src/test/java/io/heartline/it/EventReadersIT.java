package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.testing.Json;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The readers of server-sent events that people use besides browsers. They differ in what they make
 * of an id, and each must miss nothing.
 */
class EventReadersIT {
  private static final String CHANNEL = "public:readers";
  private static final String OK_HTTP = "OkHttp";
  private static final List<String> READERS = List.of(
      "EventSource2",
      "EventSource3",
      "EventSource4",
      "EventSource5",
      "eventsource-client",
      "fetch-event-source",
      OK_HTTP);

  private final Told told = new Told();

  @Test
  void eachReaderComesBackByItselfAndMissesNothing(@TempDir Path folder) throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.beat=1h");
        Network network = new Network(war.port());
        NodeReaders node = new NodeReaders(url(network), told);
        OkHttpReader okHttp = new OkHttpReader(url(network), told)) {
      List<String> positions = new ArrayList<>();
      told.awaitEach(object -> object.startsWith("{\"subscribed\":"));
      positions.add(war.publish(CHANNEL, "1"));
      positions.add(war.publish(CHANNEL, "2"));
      told.awaitEach(object -> object.endsWith("\"data\":2}"));
      network.refuse(true);
      network.cut();
      positions.add(war.publish(CHANNEL, "3"));
      positions.add(war.publish(CHANNEL, "4"));
      told.forget(object -> object.startsWith("{\"subscribed\":"));
      network.refuse(false);
      told.awaitEach(object -> object.startsWith("{\"subscribed\":"));
      positions.add(war.publish(CHANNEL, "5"));
      told.awaitEach(object -> object.endsWith("\"data\":5}"));
      SoftAssertions.assertSoftly(
          softly -> READERS.forEach(reader -> assertMissedNothing(softly, reader, positions)));
    }
  }

  private static String url(Network network) {
    return "http://127.0.0.1:" + network.port() + "/heartline/events?channels=" + CHANNEL;
  }

  private void assertMissedNothing(SoftAssertions softly, String reader, List<String> positions) {
    List<Event> publications = told.of(reader, object -> object.startsWith("{\"channel\":"));
    softly
        .assertThat(publications)
        .as("what %s was told", reader)
        .extracting(event -> Json.field(event.object, "position"))
        .isEqualTo(positions);
    // 3 and 4 came in one write, and the id stands in its last event.
    softly
        .assertThat(publications)
        .as("the ids that %s saw", reader)
        .filteredOn(event -> !event.object.endsWith("\"data\":3}"))
        .allMatch(event -> event.id.equals(CHANNEL + "=" + Json.field(event.object, "position")));
  }

  /** @param id what the reader showed as the last id; "" if none */
  private record Event(String id, String object) {}

  /** What the readers were told, in order. */
  private static final class Told {
    /** The monitor is notified of each event. */
    @GuardedBy("this")
    private final Map<String, List<Event>> events = new TreeMap<>();

    synchronized void add(String reader, String id, String object) {
      events.computeIfAbsent(reader, key -> new ArrayList<>()).add(new Event(id, object));
      notifyAll();
    }

    /** Returns what a reader was told, as far as it is wanted. */
    synchronized List<Event> of(String reader, Predicate<String> wanted) {
      return events.getOrDefault(reader, List.of()).stream()
          .filter(event -> wanted.test(event.object))
          .toList();
    }

    synchronized void forget(Predicate<String> unwanted) {
      events.values().forEach(list -> list.removeIf(event -> unwanted.test(event.object)));
    }

    /** Waits until each reader was told such an object. */
    synchronized void awaitEach(Predicate<String> wanted) {
      long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
      while (READERS.stream().anyMatch(reader -> of(reader, wanted).isEmpty())) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        assertThat(left)
            .as("time for each reader to be told; so far %s", events)
            .isPositive();
        try {
          wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** The readers of {@code readers.mjs}, in a process of their own. */
  private static final class NodeReaders implements AutoCloseable {
    private final Process process;

    NodeReaders(String url, Told told) throws IOException {
      process = new ProcessBuilder("node", "src/test/js/clients/readers.mjs", url)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      Thread thread = new Thread(() -> read(told), "readers of " + process.pid());
      thread.setDaemon(true);
      thread.start();
    }

    private void read(Told told) {
      try (BufferedReader lines = process.inputReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] fields = line.split("\t", 3);
          told.add(fields[0], fields[1], fields[2]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      process.outputWriter().close(); // it ends with its input
    }
  }

  /** OkHttp leaves it to its user to come back, and tells them the id to do so with. */
  private static final class OkHttpReader extends EventSourceListener implements AutoCloseable {
    private final OkHttpClient client =
        new OkHttpClient.Builder().readTimeout(0, TimeUnit.SECONDS).build();
    private final EventSource.Factory sources = EventSources.createFactory(client);
    private final String url;
    private final Told told;
    private volatile String lastId = "";
    private volatile boolean closed;

    OkHttpReader(String url, Told told) {
      this.url = url;
      this.told = told;
      open();
    }

    private void open() {
      if (!closed) {
        Request.Builder request = new Request.Builder().url(url);
        sources.newEventSource(
            lastId.isEmpty()
                ? request.build()
                : request.header("Last-Event-ID", lastId).build(),
            this);
      }
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String data) {
      lastId = id == null ? lastId : id;
      told.add(OK_HTTP, lastId, data);
    }

    @Override
    public void onClosed(EventSource source) {
      open();
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        return; // the client ends
      }
      open();
    }

    @Override
    public void close() {
      closed = true;
      client.dispatcher().cancelAll();
      client.dispatcher().executorService().shutdown();
    }
  }
}
