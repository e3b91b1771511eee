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
 * <p>The store's port answers by a {@link java.util.concurrent.CompletionStage}: its publishers go
 * on in their answer. For comparison the same with a thread for each publisher, which adds what the
 * system takes to wake so many threads.
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
        "publishers      bare/s      file/s    memory/s   file/bare | threads: file/s   "
            + "file/bare (medians of rounds)");
    for (int publishers : new int[] {1, 16, 64}) {
      List<double[]> rounds = new ArrayList<>();
      for (int round = 0; round <= ROUNDS; round++) {
        double bare = bare(folder.resolve("bare"), publishers, each);
        double file = rate(open(folder.resolve("store")), publishers, each);
        double threads = rateOfThreads(open(folder.resolve("store")), publishers, each);
        double memory = rate(new MemoryStore(bounds(), TIME, "bench"), publishers, each);
        if (round > 0) { // the first one warms up
          rounds.add(new double[] {bare, file, memory, file / bare, threads, threads / bare});
        }
      }
      System.out.printf(
          "%10d %11.0f %11.0f %11.0f %11.2f | %15.0f %11.2f%n",
          publishers,
          median(rounds, 0),
          median(rounds, 1),
          median(rounds, 2),
          median(rounds, 3),
          median(rounds, 4),
          median(rounds, 5));
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

  /** A new one, with the bounds that are shipped. */
  private static Store open(Path folder) throws IOException {
    delete(folder);
    return new Opening(folder, new FileOptions(64 << 20, 4L << 30), bounds(), TIME, Thread::new)
        .open("bench");
  }

  private static double rate(Store store, int publishers, Duration each) {
    long began = System.nanoTime();
    List<Publisher> all = new ArrayList<>();
    for (int p = 0; p < publishers; p++) {
      all.add(new Publisher(store, p, began + each.toNanos()));
    }
    all.forEach(Publisher::goOn);
    long acknowledged =
        all.stream().mapToLong(publisher -> publisher.done.join()).sum();
    double rate = acknowledged * 1e9 / (System.nanoTime() - began);
    store.close();
    return rate;
  }

  /** Publishes until its time is over, the next one when the one before was answered. */
  private static final class Publisher {
    private final Store store;
    private final int number;
    private final long until;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();
    private int acknowledged;

    Publisher(Store store, int number, long until) {
      this.store = store;
      this.number = number;
      this.until = until;
    }

    void goOn() {
      while (System.nanoTime() < until) {
        CompletableFuture<?> answer = next(store, number, acknowledged);
        if (!answer.isDone()) { // else it would call itself, deeper and deeper
          answer.whenComplete(this::answered);
          return;
        }
        answer.join();
        acknowledged++;
      }
      done.complete(acknowledged);
    }

    private void answered(Object positions, Throwable failure) {
      if (failure != null) {
        done.completeExceptionally(failure);
        return;
      }
      acknowledged++;
      goOn();
    }
  }

  private static CompletableFuture<?> next(Store store, int publisher, int i) {
    ChannelName channel = new ChannelName("bench:" + publisher + ":" + i % CHANNELS);
    return store.append(List.of(new Draft(channel, data(i)))).toCompletableFuture();
  }

  private static double rateOfThreads(Store store, int publishers, Duration each)
      throws InterruptedException {
    LongAdder acknowledged = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int p = 0; p < publishers; p++) {
      int publisher = p;
      Thread thread = new Thread(() -> {
        for (int i = 0; System.nanoTime() < began + each.toNanos(); i++) {
          next(store, publisher, i).join();
          acknowledged.increment();
        }
      });
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
