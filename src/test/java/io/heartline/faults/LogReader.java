package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the log holds when all is over. */
final class LogReader {
  private static final Pattern KEPT = Pattern.compile(
      "\"position\":\"([^\"]+)\",\"time\":\\d+(?:,\"id\":\"[^\"]*\")?,\"data\":\"([^\"]+)\"");

  private LogReader() {}

  /**
   * Reads what the history does not have yet of a channel, no faster than the server allows. A
   * server whose Redis does not answer for a moment is asked again, as its clients are told to.
   */
  static void read(RunningWar server, String channel, History history, String... headers)
      throws IOException, InterruptedException {
    List<History.Kept> known = history.kept(channel);
    String from = known.isEmpty()
        ? "&last=1000000"
        : "&after=" + known.get(known.size() - 1).position();
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (true) {
      HttpResponse<String> page =
          server.get("api/history?limit=1000&channel=" + channel + from, headers);
      if (page.statusCode() == 429 || page.statusCode() == 503 && System.nanoTime() < deadline) {
        String seconds = page.headers().firstValue("Retry-After").orElseThrow();
        Thread.sleep(Duration.ofSeconds(Long.parseLong(seconds)).toMillis());
        continue;
      }
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      assertThat(known.isEmpty() || page.body().contains("\"recovered\":true"))
          .as("what was read of %s is still there", channel)
          .isTrue();
      Matcher publications = KEPT.matcher(page.body());
      while (publications.find()) {
        history.kept(
            channel,
            new History.Kept(
                Position.parse(publications.group(1)).orElseThrow(), publications.group(2)));
      }
      if (!page.body().contains("\"more\":true")) {
        return;
      }
      List<String> positions = Json.fields(page.body(), "position");
      from = "&after=" + positions.get(positions.size() - 1);
    }
  }
}
