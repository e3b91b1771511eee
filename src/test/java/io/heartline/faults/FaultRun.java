package io.heartline.faults;

import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One server behind nginx and a bad network, a crowd of clients, and what happens to them, decided
 * by a seed.
 */
final class FaultRun implements AutoCloseable {
  private static final Duration SETTLING = Duration.ofMinutes(2);

  /** What the file that is torn ends with: half of a record that never was. */
  private static final int MAX_TORN = 200;

  private final Path folder;
  private final Random random;
  private final List<String> properties;
  private final History history = new History();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final NginxInFront nginx;
  private final Network network;
  private final Crowd crowd;
  private RunningWar server;

  /** @param store as {@code heartline.store} */
  FaultRun(Path folder, long seed, String store) throws IOException {
    this.folder = folder;
    random = new Random(seed);
    properties = List.of(
        "heartline.port=" + NginxInFront.freePort(),
        "heartline.store=" + store,
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.probe=1s",
        "heartline.drain.window=1s",
        "heartline.retain.count=1000000",
        "heartline.retain.bytes=200MiB",
        "heartline.stomp.send=" + MixedClients.DESTINATION + '=' + MixedClients.CHANNEL);
    server = start();
    SelfSigned tls = SelfSigned.make(folder);
    int port = NginxInFront.freePort();
    nginx = NginxInFront.start(folder, Configuration.shipped(folder, port, tls, server), port);
    network = new Network(port);
    crowd = new Crowd(network.port(), tls, server, server.key(), history, random);
  }

  private RunningWar start() throws IOException {
    return RunningWar.start(folder, properties.toArray(new String[0]));
  }

  History history() {
    return history;
  }

  /** Lets clients of every protocol read too, and those of STOMP send. */
  MixedClients mix() throws IOException, InterruptedException {
    return crowd.mix(server);
  }

  /** Breaks something so many times, with a while of peace before each. */
  void breakThings(int times, Fault... which) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      Thread.sleep(1_000 + random.nextInt(3_000));
      Fault fault = which[random.nextInt(which.length)];
      breakOne(fault);
      faults.merge(fault, 1, Integer::sum);
      crowd.pressUseHere();
    }
  }

  private void breakOne(Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case KILLED -> {
        server.kill();
        server = start();
      }
      case TORN -> {
        server.kill();
        tear();
        server = start();
      }
      case STOPPED -> {
        server.stop();
        server = start();
      }
      case FROZEN -> {
        server.signal("STOP");
        Thread.sleep(200 + random.nextInt(4_000));
        server.signal("CONT");
      }
      case CUT -> network.cut();
      case SILENT -> network.stall();
      case SLOW -> network.slow();
      case RELOADED -> nginx.reload();
    }
  }

  /** As if the server had been writing when the power failed. */
  private void tear() throws IOException {
    try (Stream<Path> files = Files.walk(server.data())) {
      Path newest = files
          .filter(file -> file.getFileName().toString().matches("segment-\\d+\\.log"))
          .max(Path::compareTo)
          .orElse(null);
      if (newest == null) {
        return; // a store without files
      }
      byte[] written = Files.readAllBytes(newest);
      int length = Math.min(1 + random.nextInt(MAX_TORN), written.length);
      byte[] half = java.util.Arrays.copyOfRange(written, written.length - length, written.length);
      half[half.length - 1] ^= 1; // not a whole record by chance
      Files.write(newest, half, StandardOpenOption.APPEND);
    }
  }

  /**
   * Lets all come to rest, reads the log and looks who sits where; after it the history can be
   * judged.
   */
  void settle() throws IOException, InterruptedException {
    crowd.finishPublishing(SETTLING);
    for (String channel : Crowd.CHANNELS) {
      LogReader.read(server, channel, history);
    }
    crowd.awaitRead(SETTLING);
    crowd.lookWhoSitsWhere(SETTLING);
  }

  /** Returns how many gaps pages were told of. */
  long gaps() {
    return crowd.gaps();
  }

  /** Returns the run's totals in one line. */
  String totals() {
    return "faults " + faults.values().stream().mapToInt(n -> n).sum() + ' ' + faults + ", "
        + crowd.totals();
  }

  @Override
  public void close() {
    crowd.close();
    network.close();
    nginx.close();
    if (server.isAlive()) {
      try {
        server.signal("CONT");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    server.close();
  }
}
