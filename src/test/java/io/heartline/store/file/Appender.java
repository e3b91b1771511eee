package io.heartline.store.file;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.TimeSource;
import io.heartline.store.window.Bounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A process to be killed: appends from several threads for as long as it lives, and says for each
 * acknowledged publication {@code <publisher> <number> <position>}.
 */
final class Appender {
  static final int PUBLISHERS = 4;

  /** Small segments, so that it is killed while checkpoints are written too. */
  static final FileOptions OPTIONS = new FileOptions(50_000, 64 << 20);

  static final Bounds BOUNDS =
      new Bounds(new Retention(1_000_000, Duration.ofDays(1), 1 << 30), 1 << 30, 1000);

  /** Real time: positions of a next run must not repeat. */
  static final TimeSource TIME = new TimeSource() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMicros() {
      return System.currentTimeMillis() * 1000;
    }
  };

  private Appender() {}

  /** @param args the directory, and a text that tells this run from others */
  public static void main(String[] args) throws Exception {
    Store store = new Opening(Path.of(args[0]), OPTIONS, BOUNDS, TIME, Thread::new).open("life");
    for (int p = 0; p < PUBLISHERS; p++) {
      String publisher = args[1] + "-" + p;
      new Thread(() -> publish(store, publisher)).start();
    }
  }

  /** All publishers share one channel: what stands between two of one's own is another's. */
  private static void publish(Store store, String publisher) {
    for (int i = 0; true; i++) {
      String data = "\"" + publisher + " " + i + '"';
      Draft draft = new Draft(new ChannelName("shared"), data, publisher + "-" + i);
      Position position =
          store.append(List.of(draft)).toCompletableFuture().join().get(0);
      System.out.println(publisher + " " + i + " " + position);
    }
  }
}
