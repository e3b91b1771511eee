package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** How long publications take from their publisher to a page, while something else goes on. */
final class Pulse implements AutoCloseable {
  private static final String CHANNEL = "public:pulse";
  private static final long PAUSE = 5_000_000;

  private final RunningWar server;
  private final String key;
  private final WebSocketRecorder page;

  /** How long they took, sorted. */
  record Times(List<Long> nanos) {
    double millis(double part) {
      return nanos.get((int) Math.min(nanos.size() - 1, (long) (part * nanos.size()))) / 1e6;
    }

    @Override
    public String toString() {
      return "p50 %.1f ms, p99 %.1f ms, most %.1f ms of %d"
          .formatted(millis(0.5), millis(0.99), millis(1), nanos.size());
    }
  }

  Pulse(RunningWar server, String key) {
    this.server = server;
    this.key = key;
    page = WebSocketRecorder.page(server.door("line"));
    page.send("{\"subscribe\":\"" + CHANNEL + "\"}");
    page.object(); // the welcome
    page.object(); // where it starts
  }

  /** Publishes one after the other for a while; each is read before the next is published. */
  Times measure(long nanos) throws IOException {
    List<Long> times = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      int status = RunningWar.send(HttpRequest.newBuilder(server.http("api/publish"))
              .header("Authorization", "Bearer " + key)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(
                  "{\"channel\":\"" + CHANNEL + "\",\"data\":\"" + began + "\"}")))
          .statusCode();
      assertThat(status).isEqualTo(200);
      String push = page.object();
      assertThat(Json.field(push, "data")).isEqualTo(String.valueOf(began));
      times.add(System.nanoTime() - began);
      LockSupport.parkNanos(PAUSE);
    }
    Collections.sort(times);
    return new Times(times);
  }

  @Override
  public void close() {
    page.leave();
  }
}
