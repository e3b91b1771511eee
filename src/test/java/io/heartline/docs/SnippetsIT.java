package io.heartline.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The programs of the chapter on publishing run as they stand there, against a server that refuses
 * the first call with 503.
 */
class SnippetsIT {
  private static final String DOCUMENTED = "http://127.0.0.1:8080/heartline/";
  private static final String CHANNEL = "public:orders";

  @TempDir
  static Path data;

  private static RunningWar war;

  @TempDir
  Path folder;

  private HttpServer front;
  private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

  @BeforeAll
  static void startServer() throws IOException {
    war = RunningWar.start(data);
  }

  @AfterAll
  static void stopServer() {
    war.close();
  }

  @BeforeEach
  void start() throws IOException {
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext("/", this::pass);
    front.start();
  }

  @AfterEach
  void stop() {
    front.stop(0);
  }

  /** Refuses the first call, and hands the others to the server. */
  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      boolean first = calls.isEmpty();
      calls.add(body);
      if (first) {
        exchange.getResponseHeaders().add("Retry-After", "0");
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      HttpRequest.Builder on = HttpRequest.newBuilder(
              war.base().resolve(exchange.getRequestURI().toString()))
          .timeout(RunningWar.PATIENCE)
          .POST(BodyPublishers.ofString(body));
      for (String header : List.of("Authorization", "Content-Type")) {
        on.header(header, exchange.getRequestHeaders().getFirst(header));
      }
      HttpResponse<String> answer = RunningWar.send(on);
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.statusCode(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Writes the block of the chapter that begins with its file's name to that file. */
  private Path written(String file) throws IOException {
    Matcher block = Pattern.compile(
            "(?s)```[a-z]+\\n((?:# |// |<\\?php // )" + Pattern.quote(file) + "\\n.*?)```")
        .matcher(Docs.chapter("publishing.md"));
    assertThat(block.find()).as("the program %s in the chapter", file).isTrue();
    String front = "http://127.0.0.1:" + this.front.getAddress().getPort() + "/heartline/";
    String program = block.group(1);
    assertThat(program).contains(DOCUMENTED);
    return Files.writeString(folder.resolve(file), program.replace(DOCUMENTED, front));
  }

  /** What a program printed, and its exit code. */
  private record Ran(String printed, int exit) {}

  private static Ran run(String tool, Path program, String key)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(tool, program.toString());
    builder.environment().put("KEY", key);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(RunningWar.PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .isTrue();
    return new Ran(printed, process.exitValue());
  }

  private static int published() throws IOException {
    return Json.fields(war.get("api/history?channel=" + CHANNEL).body(), "offset")
        .size();
  }

  @ParameterizedTest
  @CsvSource({"python3, publish.py", "php, publish.php", "node, publish.mjs"})
  void theProgramPublishesOnceAndPrintsWhere(String tool, String file) throws Exception {
    int before = published();
    Ran ran = run(tool, written(file), war.key());
    assertThat(ran.exit()).as(ran.printed()).isZero();
    assertThat(published()).isEqualTo(before + 1);
    assertThat(ran.printed()).contains(CHANNEL).containsPattern("offset['\"]?: ?" + (before + 1));
    assertThat(calls).hasSize(2);
    String first = calls.remove();
    assertThat(calls.remove()).as("the same call, with its id").isEqualTo(first).contains("\"id\"");
  }

  @ParameterizedTest
  @CsvSource({"python3, publish.py", "php, publish.php", "node, publish.mjs"})
  void aRefusalIsShownAndNotRepeated(String tool, String file) throws Exception {
    int before = published();
    Ran ran = run(tool, written(file), "wrong-key");
    assertThat(ran.exit()).as(ran.printed()).isNotZero();
    assertThat(ran.printed())
        .contains("must be Bearer and one of the keys")
        .doesNotContain("wrong-key");
    assertThat(calls).hasSize(2); // the one that was refused with 503, and this
    assertThat(published()).isEqualTo(before);
  }

  /** The servlet is compiled against the jar of the client, and runs in a Tomcat of its own. */
  @Test
  void theServletPublishesWhatItsOrdersDid() throws Exception {
    Path jar = Path.of(System.getProperty("heartline.war", "target/heartline.war"))
        .resolveSibling("heartline-client.jar");
    Path source = written("Orders.java");
    String servletApi = Path.of(
            Servlet.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
    int problems = ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            System.err,
            System.err,
            "-Xlint:all,-serial",
            "-Werror",
            "-cp",
            jar + System.getProperty("path.separator") + servletApi,
            "-proc:none",
            "-d",
            folder.toString(),
            source.toString());
    assertThat(problems).isZero();
    int before = published();
    URL[] path = {folder.toUri().toURL(), jar.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, Servlet.class.getClassLoader())) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(folder.resolve("tomcat").toString());
      tomcat.setPort(0);
      Context context = tomcat.addContext("", null);
      context.addParameter("heartline.key", war.key());
      Servlet servlet =
          (Servlet) loader.loadClass("Orders").getDeclaredConstructor().newInstance();
      Tomcat.addServlet(context, "orders", servlet).setLoadOnStartup(1);
      context.addServletMappingDecoded("/orders", "orders");
      tomcat.start();
      try {
        URI orders =
            URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/orders");
        for (int order : new int[] {42, 43, 42}) { // the last was sent twice by a browser
          HttpResponse<String> answer = RunningWar.send(HttpRequest.newBuilder(orders)
              .timeout(RunningWar.PATIENCE)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("order=" + order)));
          assertThat(answer.statusCode()).isEqualTo(204);
        }
      } finally {
        tomcat.stop(); // waits until all is published
        tomcat.destroy();
      }
    }
    assertThat(published()).isEqualTo(before + 2);
    assertThat(war.get("api/history?channel=" + CHANNEL + "&last=2").body())
        .contains("{\"order\":42,\"state\":\"shipped\"}")
        .contains("{\"order\":43,\"state\":\"shipped\"}");
  }
}
