package io.heartline.it;

import io.heartline.testing.Json;
import io.heartline.testing.Network;
import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  private final Told told = new Told(READERS);

  @Test
  void eachReaderComesBackByItselfAndMissesNothing(@TempDir Path folder) throws IOException {
    try (RunningWar war = RunningWar.start(folder, "heartline.beat=1h");
        Network network = new Network(war.port());
        NodeClients node = new NodeClients(told, "readers.mjs", url(network));
        OkHttpReader okHttp = new OkHttpReader(url(network), told)) {
      List<String> positions = new ArrayList<>();
      told.awaitEach(event -> event.text().startsWith("{\"subscribed\":"));
      positions.add(war.publish(CHANNEL, "1"));
      positions.add(war.publish(CHANNEL, "2"));
      told.awaitEach(event -> event.text().endsWith("\"data\":2}"));
      network.refuse(true);
      network.cut();
      positions.add(war.publish(CHANNEL, "3"));
      positions.add(war.publish(CHANNEL, "4"));
      told.forget(event -> event.text().startsWith("{\"subscribed\":"));
      network.refuse(false);
      told.awaitEach(event -> event.text().startsWith("{\"subscribed\":"));
      positions.add(war.publish(CHANNEL, "5"));
      told.awaitEach(event -> event.text().endsWith("\"data\":5}"));
      SoftAssertions.assertSoftly(
          softly -> READERS.forEach(reader -> assertMissedNothing(softly, reader, positions)));
    }
  }

  private static String url(Network network) {
    return "http://127.0.0.1:" + network.port() + "/heartline/events?channels=" + CHANNEL;
  }

  private void assertMissedNothing(SoftAssertions softly, String reader, List<String> positions) {
    List<Told.Event> publications =
        told.of(reader, event -> event.text().startsWith("{\"channel\":"));
    softly
        .assertThat(publications)
        .as("what %s was told", reader)
        .extracting(event -> Json.field(event.text(), "position"))
        .isEqualTo(positions);
    // 3 and 4 came in one write, and the id stands in its last event.
    softly
        .assertThat(publications)
        .as("the ids that %s saw", reader)
        .filteredOn(event -> !event.text().endsWith("\"data\":3}"))
        .allMatch(
            event -> event.detail().equals(CHANNEL + "=" + Json.field(event.text(), "position")));
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
      told.add(new Told.Event(OK_HTTP, lastId, data));
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
