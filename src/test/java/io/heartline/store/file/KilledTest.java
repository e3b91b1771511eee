package io.heartline.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the middle of it, again and again. */
class KilledTest {
  private static final ChannelName SHARED = new ChannelName("shared");
  private static final int KILLS = 4;

  @TempDir
  Path folder;

  /** What was acknowledged in all runs: data to position. */
  private final Map<String, Position> acknowledged = new HashMap<>();

  @Test
  void whatWasAcknowledgedIsThereOnceInOrderAndWithoutHoles() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      appendAndKill("run" + kill, 300 + 400 * kill);
      try (Store store = new Opening(
              folder, Appender.OPTIONS, Appender.BOUNDS, Appender.TIME, Thread::new)
          .open("other")) {
        check(store);
      }
    }
  }

  private void check(Store store) {
    Store.Opened opened = store
        .open(SHARED, new From.Last(Integer.MAX_VALUE))
        .toCompletableFuture()
        .join();
    try (Store.View view = opened.view()) {
      Position first = opened.start().position();
      List<Publication> all = ((Reading.Range) view.read(first, Integer.MAX_VALUE)).publications();
      assertThat(all.stream().map(Publication::offset))
          .isEqualTo(LongStream.rangeClosed(1, all.size()).boxed().toList());
      Map<String, Position> there = new HashMap<>();
      Map<String, Integer> last = new HashMap<>();
      for (Publication publication : all) {
        assertThat(there.put(publication.data(), publication.position()))
            .as("once")
            .isNull();
        String[] words = publication.data().replace("\"", "").split(" ", -1);
        int number = Integer.parseInt(words[1]);
        assertThat(last.getOrDefault(words[0], -1)).isEqualTo(number - 1);
        assertThat(publication.id()).isEqualTo(words[0] + '-' + number);
        last.put(words[0], number);
      }
      assertThat(there).containsAllEntriesOf(acknowledged);
      assertThat(there.size() - acknowledged.size())
          .as("written but not acknowledged: at most those under way at each kill")
          .isBetween(0, KILLS * Appender.PUBLISHERS);
      String data = acknowledged.keySet().iterator().next();
      String id = data.replace("\"", "").replace(' ', '-');
      assertThat(store
              .append(List.of(new Draft(SHARED, data, id)))
              .toCompletableFuture()
              .join()
              .get(0))
          .isEqualTo(acknowledged.get(data));
    }
  }

  private void appendAndKill(String run, int after) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Appender.class.getName(),
            folder.toString(),
            run)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader lines = process.inputReader()) {
      int read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && Position.parse(words[2]).isPresent()) {
          acknowledged.put(
              "\"" + words[0] + " " + words[1] + '"', Position.parse(words[2]).get());
        }
        if (++read == after) {
          process.toHandle().destroyForcibly(); // a Process would close its output too
        }
      }
      assertThat(read).isGreaterThanOrEqualTo(after);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
