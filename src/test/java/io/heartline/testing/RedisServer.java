package io.heartline.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/**
 * A {@code redis-server} of one's own on 127.0.0.1, which can be killed, frozen and started again.
 */
public final class RedisServer implements AutoCloseable {
  private static RedisServer shared;

  private final Path folder;
  private final int port;
  private final List<String> arguments;
  private Process process;

  private RedisServer(Path folder, int port, List<String> arguments) {
    this.folder = folder;
    this.port = port;
    this.arguments = arguments;
  }

  /** Returns the one that all tests of this process share: empty, and gone with the process. */
  public static synchronized RedisServer shared() {
    if (shared == null) {
      try {
        shared = start(Files.createTempDirectory("redis"), "--save", "", "--appendonly", "no");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    try (Jedis jedis = shared.connect()) {
      jedis.flushAll();
    }
    return shared;
  }

  /** Starts one that keeps its files in a folder. */
  public static RedisServer start(Path folder, String... arguments) throws IOException {
    RedisServer server = new RedisServer(folder, freePort(), List.of(arguments));
    server.start();
    return server;
  }

  /** Returns a port that nobody listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts it, again if it was killed, and waits until it takes commands. */
  public void start() throws IOException {
    List<String> command = new ArrayList<>(List.of(
        "redis-server",
        "--port",
        String.valueOf(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        folder.toString(),
        "--logfile",
        folder.resolve("redis.log").toString()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("redis-server did not start:\n"
            + new String(process.getInputStream().readNBytes(4_000)) + log());
      }
      pause();
    }
  }

  private String log() throws IOException {
    Path log = folder.resolve("redis.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Returns whether it listens; it may still ask for a password. */
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes());
      byte[] answer = new byte[64];
      int n = socket.getInputStream().read(answer);
      return n > 0 && !new String(answer, 0, n).startsWith("-LOADING");
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public int port() {
    return port;
  }

  public Path folder() {
    return folder;
  }

  /** Returns its address as in the settings. */
  public String address() {
    return "redis://127.0.0.1:" + port;
  }

  /** Opens a connection, for what a test wants to see or break. */
  public Jedis connect() {
    return new Jedis("127.0.0.1", port);
  }

  /** Stops it between two instructions, as {@code kill -STOP} does. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }
}
