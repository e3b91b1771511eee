package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
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
import java.util.function.BooleanSupplier;

/**
 * A real nginx of its own, in the foreground as our child: its files are in a folder of the test's,
 * and it is ended by its process, never by its name.
 */
public final class NginxInFront implements AutoCloseable {
  /**
   * Below the range from which systems take the ports of outgoing connections: none of those comes
   * between.
   */
  private static final int FIRST_PORT = 20_000;

  private static final int END_OF_PORTS = 32_000;

  private final Path folder;
  private final Process master;

  private NginxInFront(Path folder, Process master) {
    this.folder = folder;
    this.master = master;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param port one that it listens on
   */
  public static NginxInFront start(Path folder, Configuration http, int port) throws IOException {
    write(folder, http);
    NginxInFront nginx = new NginxInFront(folder, run(folder));
    try {
      await("listening", () -> {
        assertThat(nginx.master.isAlive()).as(nginx::said).isTrue();
        return listens(port);
      });
    } catch (AssertionError e) {
      nginx.close();
      throw e;
    }
    return nginx;
  }

  /** Has nginx judge a configuration, as {@code nginx -t} does. Returns what it says. */
  static String judge(Path folder, Configuration http) throws IOException {
    write(folder, http);
    Process judge = run(folder, "-t");
    assertThat(ends(judge)).isTrue();
    String said = Files.readString(folder.resolve("output"));
    assertThat(judge.exitValue()).as(said).isZero();
    return said;
  }

  private static void write(Path folder, Configuration http) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("nginx.conf"), """
        daemon off;
        worker_processes 1;
        %s
        pid %2$s/nginx.pid;
        error_log %2$s/error.log notice;
        events { worker_connections 512; }
        http {
            client_body_temp_path %2$s/body;
            proxy_temp_path %2$s/proxy;
            fastcgi_temp_path %2$s/fastcgi;
            uwsgi_temp_path %2$s/uwsgi;
            scgi_temp_path %2$s/scgi;
            access_log off;
            %3$s
        }
        """.formatted(
            // Workers are who we are: the folder is nobody else's. Only root may and must say so.
            System.getProperty("user.name").equals("root") ? "user root root;" : "",
            folder,
            http.text()));
  }

  private static Process run(Path folder, String... more) throws IOException {
    Path installed = Path.of("/usr/sbin/nginx"); // not on everybody's PATH
    List<String> command = new ArrayList<>(List.of(
        Files.isExecutable(installed) ? installed.toString() : "nginx",
        "-p",
        folder.toString(),
        "-c",
        folder.resolve("nginx.conf").toString(),
        "-e",
        folder.resolve("error.log").toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a port that nobody listens on and no outgoing connection takes by chance. */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, END_OF_PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // taken: another one
      }
    }
  }

  /** Looks until it is so. */
  public static void await(String what, BooleanSupplier good) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (!good.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("never " + what).isNegative();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Has it read its files again, with new workers, and waits until the old ones only see their
   * lines to the end.
   */
  public void reload() throws IOException {
    Process hup = new ProcessBuilder("/bin/sh", "-c", "kill -HUP " + master.pid()).start();
    assertThat(ends(hup)).isTrue();
    assertThat(hup.exitValue()).isZero();
    await("reloaded", () -> said().contains("gracefully shutting down"));
  }

  /** Returns its error log. */
  public String said() {
    try {
      Path log = folder.resolve("error.log");
      return Files.readString(folder.resolve("output"))
          + (Files.exists(log) ? Files.readString(log) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> accessLog() {
    try {
      return Files.readAllLines(Configuration.accessLog(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ends(Process process) {
    try {
      return process.waitFor(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks the master to end at once, and its workers with it. */
  @Override
  public void close() {
    master.destroy();
    if (!ends(master)) {
      master.descendants().forEach(ProcessHandle::destroyForcibly);
      master.destroyForcibly();
    }
  }
}
