package io.heartline.bench;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.Retention;
import io.heartline.model.ChannelName;
import io.heartline.model.TimeSource;
import io.heartline.store.file.FileOptions;
import io.heartline.store.file.Opening;
import io.heartline.store.memory.MemoryStore;
import io.heartline.store.window.Bounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How many publications per second a store acknowledges when so many publishers each wait for their
 * answer before they publish the next one; against a bare loop that appends as many records as
 * there are publishers and forces them. All take turns in one run: read the ratios.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.heartline.bench.StoreBench \
 *     -Dexec.args="/var/tmp/bench 3"
 * </pre>
 *
 * Arguments: a folder on the disk to be measured, seconds for each measurement.
 */
public final class StoreBench {
  private static final int ROUNDS = 9;
  private static final String PADDING = "x".repeat(180);
  private static final int CHANNELS = 8;

  private static final TimeSource TIME = new TimeSource() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMicros() {
      return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
  };

  private StoreBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Duration each = Duration.ofMillis((long) (1000 * Double.parseDouble(args[1])));
    Files.createDirectories(folder);
    System.out.println(
        "publishers      bare/s      file/s    memory/s   file/bare (median of rounds)");
    for (int publishers : new int[] {1, 16, 64}) {
      List<double[]> rounds = new ArrayList<>();
      for (int round = 0; round <= ROUNDS; round++) {
        double bare = bare(folder.resolve("bare"), publishers, each);
        double file = withFile(folder.resolve("store"), publishers, each);
        double memory = rate(new MemoryStore(bounds(), TIME, "bench"), publishers, each);
        if (round > 0) { // the first one warms up
          rounds.add(new double[] {bare, file, memory, file / bare});
        }
      }
      System.out.printf(
          "%10d %11.0f %11.0f %11.0f %11.2f%n",
          publishers, median(rounds, 0), median(rounds, 1), median(rounds, 2), median(rounds, 3));
    }
    reopening(folder.resolve("store"));
  }

  /** About 200 bytes, never the same twice: the store writes equal texts of one call only once. */
  private static String data(int i) {
    return '"' + PADDING + (1_000_000_000_000_000_000L + i) + '"';
  }

  static double median(List<double[]> rounds, int column) {
    return rounds.stream().mapToDouble(round -> round[column]).sorted().toArray()[ROUNDS / 2];
  }

  private static Bounds bounds() {
    return new Bounds(new Retention(1000, Duration.ofHours(24), 8 << 20), 256 << 20, 1_000_000);
  }

  static double bare(Path file, int group, Duration each) throws IOException {
    byte[] record = new byte[220];
    ByteBuffer bytes = ByteBuffer.allocateDirect(record.length * group);
    long records = 0;
    try (FileChannel channel = FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      long began = System.nanoTime();
      while (System.nanoTime() - began < each.toNanos()) {
        bytes.clear();
        for (int i = 0; i < group; i++) {
          bytes.put(record);
        }
        channel.write(bytes.flip());
        channel.force(false);
        records += group;
      }
      return records * 1e9 / (System.nanoTime() - began);
    }
  }

  private static Store open(Path folder, long memory) throws IOException {
    Bounds bounds =
        new Bounds(new Retention(1_000_000, Duration.ofHours(24), memory), memory, 1_000_000);
    return new Opening(folder, new FileOptions(64 << 20, 4L << 30), bounds, TIME, Thread::new)
        .open("bench");
  }

  private static double withFile(Path folder, int publishers, Duration each) throws Exception {
    delete(folder);
    return rate(
        new Opening(folder, new FileOptions(64 << 20, 4L << 30), bounds(), TIME, Thread::new)
            .open("bench"),
        publishers,
        each);
  }

  private static double rate(Store store, int publishers, Duration each) throws Exception {
    LongAdder acknowledged = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int p = 0; p < publishers; p++) {
      int publisher = p;
      Thread thread =
          new Thread(() -> publish(store, publisher, began + each.toNanos(), acknowledged));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double rate = acknowledged.sum() * 1e9 / (System.nanoTime() - began);
    store.close();
    return rate;
  }

  private static void publish(Store store, int publisher, long until, LongAdder acknowledged) {
    for (int i = 0; System.nanoTime() < until; i++) {
      ChannelName channel = new ChannelName("bench:" + publisher + ":" + i % CHANNELS);
      store.append(List.of(new Draft(channel, data(i)))).toCompletableFuture().join();
      acknowledged.increment();
    }
  }

  /** How long it takes to open a store that holds a million publications. */
  private static void reopening(Path folder) throws Exception {
    delete(folder);
    try (Store store = open(folder, 1L << 30)) {
      List<CompletableFuture<?>> flying = new ArrayList<>();
      for (int i = 0; i < 1_000_000; i++) {
        flying.add(store
            .append(List.of(new Draft(new ChannelName("bench:" + i % 1000), data(i))))
            .toCompletableFuture());
        if (flying.size() == 10_000) {
          CompletableFuture.allOf(flying.toArray(new CompletableFuture<?>[0])).join();
          flying.clear();
        }
      }
    }
    for (int round = 0; round < 3; round++) {
      long began = System.nanoTime();
      try (Store store = open(folder, 1L << 30)) {
        System.out.printf(
            "reopened a million publications, %d MiB of files, in %.2f s%n",
            size(folder) >> 20, (System.nanoTime() - began) / 1e9);
      }
    }
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }
}
