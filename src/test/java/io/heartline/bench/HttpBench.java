package io.heartline.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The same as {@link StoreBench} through the whole HTTP path: so many publishers, each with a
 * connection of its own, one call at a time or with batches of a hundred; against the bare loop, in
 * turns.
 *
 * <pre>
 * java -jar target/heartline.war &amp;
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.heartline.bench.HttpBench \
 *     -Dexec.args="http://127.0.0.1:8080/heartline/api/publish <key> /var/tmp/bench 2"
 * </pre>
 *
 * Arguments: the address, the publish key, a folder on the store's disk, seconds for each
 * measurement.
 */
public final class HttpBench {
  private static final int ROUNDS = 5;

  private final URI address;
  private final String key;

  private HttpBench(URI address, String key) {
    this.address = address;
    this.key = key;
  }

  public static void main(String[] args) throws Exception {
    HttpBench bench = new HttpBench(URI.create(args[0]), args[1]);
    Path bare = Files.createDirectories(Path.of(args[2])).resolve("bare");
    Duration each = Duration.ofMillis((long) (1000 * Double.parseDouble(args[3])));
    System.out.println("publishers  batch      bare/s      http/s   http/bare (median of rounds)");
    for (int publishers : new int[] {1, 16, 64}) {
      bench.compare(bare, publishers, 1, each);
    }
    bench.compare(bare, 16, 100, each);
  }

  private void compare(Path bareFile, int publishers, int batch, Duration each) throws Exception {
    List<double[]> rounds = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double bare = StoreBench.bare(bareFile, publishers * batch, each);
      double http = rate(publishers, batch, each);
      if (round > 0) { // the first one warms up
        rounds.add(new double[] {bare, http, http / bare});
      }
    }
    System.out.printf(
        "%10d %6d %11.0f %11.0f %11.2f%n",
        publishers,
        batch,
        StoreBench.median(rounds, 0),
        StoreBench.median(rounds, 1),
        StoreBench.median(rounds, 2));
  }

  private double rate(int publishers, int batch, Duration each) throws InterruptedException {
    LongAdder acknowledged = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int p = 0; p < publishers; p++) {
      byte[] request = request("public:bench:" + p, batch);
      Thread thread =
          new Thread(() -> publish(request, batch, began + each.toNanos(), acknowledged));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return acknowledged.sum() * 1e9 / (System.nanoTime() - began);
  }

  private byte[] request(String channel, int batch) {
    String message = "{\"channel\":\"" + channel + "\",\"data\":\"" + "x".repeat(198) + "\"}";
    String body = batch == 1
        ? message
        : "{\"messages\":[" + String.join(",", java.util.Collections.nCopies(batch, message))
            + "]}";
    return ("POST " + address.getPath() + " HTTP/1.1\r\nHost: " + address.getAuthority()
            + "\r\nAuthorization: Bearer " + key + "\r\nContent-Type: application/json"
            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
        .getBytes(US_ASCII);
  }

  private void publish(byte[] request, int batch, long until, LongAdder acknowledged) {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (System.nanoTime() < until) {
        out.write(request);
        readAnswer(in);
        acknowledged.add(batch);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void readAnswer(InputStream in) throws IOException {
    int length = 0;
    String status = line(in);
    if (!status.contains(" 200")) {
      throw new IOException(status);
    }
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
