package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store's files have reached what {@code heartline.disk} allows. */
class FullFilesIT {
  @TempDir
  Path folder;

  /** Names of channels are what fills them: publications alone stay within their share. */
  @Test
  void theNodeStaysReadyAndSaysThatItDoesNotPublish() throws IOException {
    try (RunningWar war =
        RunningWar.start(folder, "heartline.disk=64MiB", "heartline.api.body=1MiB")) {
      HttpResponse<String> answer = publish(war, 0);
      for (int call = 1; call < 400 && answer.statusCode() == 200; call++) {
        answer = publish(war, call);
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).contains("heartline.disk allows");
      HttpResponse<String> ready = war.get("health/ready");
      assertThat(ready.statusCode()).isEqualTo(200);
      assertThat(ready.body())
          .isEqualTo(
              "{\"ready\":true,\"publishing\":false,\"reason\":\"the disk does not take it: the"
                  + " files have reached the size that heartline.disk allows\"}");
    }
  }

  private static HttpResponse<String> publish(RunningWar war, int call) throws IOException {
    String name = "n".repeat(240) + call + '.';
    return war.publish(IntStream.range(0, 1000)
        .mapToObj(i -> '"' + name + i + '"')
        .collect(Collectors.joining(",", "{\"channels\":[", "],\"data\":1}")));
  }
}
