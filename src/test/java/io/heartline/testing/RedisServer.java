package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/**
 * A {@code redis-server} of one's own on 127.0.0.1, which can be killed, frozen and started again.
 */
public final class RedisServer implements AutoCloseable {
  /** The files for operators. */
  static final Path SHIPPED = Path.of("deploy", "redis").toAbsolutePath();

  /** The user and the password that they have for us. */
  public static final String USER = "heartline";

  public static final String PASSWORD = "CHANGE-ME-HEARTLINE";

  private static RedisServer shared;

  private final Path folder;
  private final int port;
  private final List<String> command;

  /** Whether it has the users of the files for operators. */
  private final boolean shipped;

  private Process process;

  RedisServer(Path folder, int port, List<String> command, boolean shipped) {
    this.folder = folder;
    this.port = port;
    this.command = command;
    this.shipped = shipped;
  }

  /**
   * Returns the one that all tests of this process share: empty, without anybody who listens, and
   * gone with the process.
   */
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
      awaitNobodyListens(jedis);
    }
    return shared;
  }

  /**
   * The test before has closed its connections, which Redis may not have noticed yet. Until then
   * its channels count as read.
   */
  private static void awaitNobodyListens(Jedis jedis) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!jedis.pubsubChannels().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "a test before this one left listeners: " + jedis.pubsubChannels());
      }
      pause();
    }
  }

  /** Starts one that keeps its files in a folder. */
  public static RedisServer start(Path folder, String... arguments) throws IOException {
    return start(folder, false, arguments);
  }

  /**
   * Starts one with {@code deploy/redis/redis.conf} and {@code users.acl} as they are, but for port
   * and folder.
   */
  public static RedisServer startShipped(Path folder, String... arguments) throws IOException {
    return start(folder, true, arguments);
  }

  private static RedisServer start(Path folder, boolean shipped, String... arguments)
      throws IOException {
    int port = lowFreePort(); // no connection of anybody has it while the server is down
    List<String> command = new ArrayList<>(List.of("redis-server"));
    if (shipped) {
      command.add(shippedFile(folder).toString());
    }
    command.addAll(List.of(
        "--port",
        String.valueOf(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        folder.toString(),
        "--logfile",
        folder.resolve("redis.log").toString()));
    command.addAll(List.of(arguments));
    RedisServer server = new RedisServer(folder, port, command, shipped);
    server.start();
    return server;
  }

  /** Copies the files for operators into a folder; only the folders in them are others. */
  static Path shippedFile(Path folder) throws IOException {
    Path users = Files.copy(SHIPPED.resolve("users.acl"), folder.resolve("users.acl"));
    return Files.writeString(
        folder.resolve("redis.conf"),
        Files.readString(SHIPPED.resolve("redis.conf"))
            .replace("/etc/redis/users.acl", users.toString())
            .replace("/var/lib/redis", folder.toString()));
  }

  /** Returns a port that nobody listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Returns one that leaves room for the port of a cluster's bus, 10,000 above. */
  static int lowFreePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          ServerSocket bus = new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException e) {
        // somebody has one of them
      }
    }
  }

  /** Starts it, again if it was killed, and waits until it takes commands. */
  public void start() throws IOException {
    int logged = log().length();
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    // The log tells that it is this one that answers, and not one of another test.
    while (!isUp(log().substring(logged)) || !answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        kill(); // or its output would not end
        throw new IOException("redis-server did not start:\n"
            + new String(process.getInputStream().readNBytes(4_000), UTF_8) + log());
      }
      pause();
    }
  }

  private static boolean isUp(String log) {
    return log.contains("Ready to accept connections") || log.contains("Sentinel ID is");
  }

  private String log() throws IOException {
    Path log = folder.resolve("redis.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Returns whether it listens; it may still ask for a password, or speak by TLS only. */
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      socket.setSoTimeout(1_000);
      if (command.contains("--tls-port")) {
        return true;
      }
      socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
      byte[] answer = new byte[64];
      int n = socket.getInputStream().read(answer);
      return n > 0 && !new String(answer, 0, n, UTF_8).startsWith("-LOADING");
    } catch (IOException e) {
      return false;
    }
  }

  static void pause() {
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
    return "redis://" + (shipped ? USER + '@' : "") + "127.0.0.1:" + port;
  }

  /** Opens a connection that may do everything, for what a test wants to see or break. */
  public Jedis connect() {
    Jedis jedis = new Jedis("127.0.0.1", port);
    if (shipped) {
      jedis.auth("admin", "CHANGE-ME-ADMIN");
    }
    return jedis;
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
