package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packed WAR as a process of its own ({@code java -jar heartline.war}) on a free port of
 * 127.0.0.1.
 */
public final class RunningWar implements AutoCloseable {
  /** How long anything may take before it counts as never. The machine may be busy. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The same for a start, which is mostly work of the machine's: others may start beside it. */
  private static final Duration START = PATIENCE.multipliedBy(4);

  private static final String UP = "Heartline is up.";
  private static final Pattern DEMO_PAGE = Pattern.compile("demo page\\s+(http\\S+/)demo/");
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path folder;
  private final Process process;

  /** All that the process has said; its monitor is notified of each line and of the end. */
  @GuardedBy("itself")
  private final List<String> output = new ArrayList<>();

  /** The process has closed its output. */
  @GuardedBy("output")
  private boolean silent;

  private RunningWar(Path folder, String... properties) throws IOException {
    this.folder = folder;
    Files.createDirectories(temporaryFiles());
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        // Hundreds are started, and each ends before what a better compiler makes would pay.
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + temporaryFiles(),
        "-Dheartline.port=0",
        "-Dheartline.data.dir=" + data()));
    List<String> arguments = new ArrayList<>();
    for (String property : properties) {
      (property.startsWith("--") ? arguments : command)
          .add(property.startsWith("-") ? property : "-D" + property);
    }
    command.addAll(List.of("-jar", System.getProperty("heartline.war", "target/heartline.war")));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread reader = new Thread(this::read, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts it and waits until it is up.
   *
   * @param folder for its data and temporary files
   * @param properties such as {@code heartline.beat=1s}; the last of a name counts; or options of
   *     the JVM such as {@code -Xmx128m}; or arguments such as {@code --beat=1s}
   */
  public static RunningWar start(Path folder, String... properties) throws IOException {
    RunningWar war = new RunningWar(folder, properties);
    try {
      war.awaitOutput(line -> line.startsWith("  stop"), UP, START);
    } catch (AssertionError e) {
      war.process.destroyForcibly(); // nobody else could end it
      throw e;
    }
    return war;
  }

  /** Starts it where it is expected to fail, and waits for its end. */
  public static RunningWar failToStart(Path folder, String... properties) throws IOException {
    RunningWar war = new RunningWar(folder, properties);
    war.awaitExit(START);
    return war;
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.add(line);
          output.notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (output) {
        silent = true;
        output.notifyAll();
      }
    }
  }

  /** Waits until the process has said a line that contains {@code part}, and returns that line. */
  public String awaitOutput(String part) {
    return awaitOutput(line -> line.contains(part), part, PATIENCE);
  }

  private String awaitOutput(Predicate<String> wanted, String what, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (output) {
      int read = 0;
      while (true) {
        for (; read < output.size(); read++) {
          if (wanted.test(output.get(read))) {
            return output.get(read);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (silent || left <= 0) {
          throw new AssertionError("never said \"" + what + "\":\n" + String.join("\n", output));
        }
        try {
          output.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** Returns what it has said so far. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** Returns where it says it is, ending with {@code /}. */
  public URI base() {
    Matcher page = DEMO_PAGE.matcher(String.join("\n", output()));
    assertThat(page.find()).as("the demo page's URL in\n%s", page).isTrue();
    return URI.create(page.group(1));
  }

  /** Returns the URL of a path below the context, such as {@code api/publish}. */
  public URI http(String path) {
    return base().resolve(path);
  }

  /** Returns the WebSocket URL of a door, such as {@code line}. */
  public URI door(String path) {
    return URI.create("ws" + http(path).toString().substring("http".length()));
  }

  public int port() {
    return base().getPort();
  }

  /** Returns its data directory. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Returns the folder that it takes for temporary files. */
  public Path temporaryFiles() {
    return folder.resolve("tmp");
  }

  /** Returns the publish key that it has made. */
  public String key() throws IOException {
    return Files.readString(data().resolve("api.key")).strip();
  }

  /** Returns a request to {@code api/publish} with its key, to be changed or sent. */
  public HttpRequest.Builder publishRequest() throws IOException {
    return HttpRequest.newBuilder(http("api/publish"))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + key())
        .header("Content-Type", "application/json");
  }

  /** Publishes a whole body. */
  public HttpResponse<String> publish(String body) throws IOException {
    return send(publishRequest().POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /**
   * Publishes to a channel and returns its position.
   *
   * @param data as JSON
   */
  public String publish(String channel, String data) throws IOException {
    HttpResponse<String> answer =
        publish("{\"channel\":\"" + channel + "\",\"data\":" + data + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.field(answer.body(), "position");
  }

  public HttpResponse<String> get(String path, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(http(path)).timeout(PATIENCE);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    CompletableFuture<HttpResponse<String>> answer =
        HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    try {
      return answer.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS); // a stream has no end
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** A browser of the demo: its cookie, as a {@code Cookie} header's value, and who it is. */
  public record Guest(String cookie, String user) {}

  /** Asks for what makes a new browser a guest of the demo. */
  public Guest guest() throws IOException {
    String setCookie = get("guest.js").headers().firstValue("Set-Cookie").orElseThrow();
    String cookie = setCookie.substring(0, setCookie.indexOf(';'));
    return new Guest(cookie, Json.field(get("api/whoami", "Cookie", cookie).body(), "user"));
  }

  /** Asks it to end, as Ctrl-C and service managers do, and waits. Returns its exit code. */
  public int stop() {
    process.toHandle().destroy(); // a Process would close its output too
    return awaitExit();
  }

  /** Ends it as {@code kill -9} does, and waits. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Sends a signal, such as {@code STOP} or {@code CONT}. */
  public void signal(String name) throws IOException {
    try {
      int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
          .inheritIO()
          .start()
          .waitFor();
      assertThat(exit).as("kill -%s", name).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends SIGTERM and does not wait. */
  public void askToStop() {
    process.toHandle().destroy(); // a Process would close its output too
  }

  /** Waits for its end and for its last words. Returns its exit code. */
  public int awaitExit() {
    return awaitExit(PATIENCE);
  }

  private int awaitExit(Duration patience) {
    try {
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended).as("it must end:\n%s", String.join("\n", output())).isTrue();
      synchronized (output) {
        while (!silent) {
          output.wait(PATIENCE.toMillis());
        }
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
