package io.heartline.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs of the chapter on components and workers, as they stand there. */
@ParameterizedClass
@EnumSource(Make.class)
class RecipesIT {
  private static final String LINE = "/heartline/line";
  /** Without an icon, a browser asks for one and complains that there is none. */
  private static final String HEAD =
      "<!doctype html><title>recipe</title><link rel=icon href='data:,'>";

  private static final String PROBE = "probe";
  private static final String CHANNEL = "public:orders";
  private static final Path CLIENTS =
      Path.of("src/test/js/clients/node_modules").toAbsolutePath();

  /** Two components of a page that come and go. */
  private static final String REACT = """
      import { StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { flushSync } from 'react-dom';
      import { Orders } from './Orders.jsx';

      const root = createRoot(document.getElementById('app'));
      window.show = count => flushSync(() => root.render(
        <StrictMode>{Array.from({ length: count }, (_, index) => <Orders key={index} />)}</StrictMode>));
      show(2);
      """;

  private static final String VUE = """
      import { createApp } from 'vue';
      import Orders from './Orders.js';

      const mounted = [];
      window.show = count => {
        while (mounted.length > count) {
          const { app, element } = mounted.pop();
          app.unmount();
          element.remove();
        }
        while (mounted.length < count) {
          const element = document.getElementById('app').appendChild(document.createElement('section'));
          const app = createApp(Orders);
          app.mount(element);
          mounted.push({ app, element });
        }
      };
      show(2);
      """;

  /** What the page of the shared worker leaves to its reader. */
  private static final String AROUND_WORKER = """
      window.shown = [];
      window.heard = [];
      const show = state => shown.push(state);
      const render = (channel, data) => heard.push(data);
      """;

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Browser browser;

  @Parameter
  private Make make;

  private Front front;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder.resolve("war"));
    for (String file :
        List.of("Orders.jsx", "server.jsx", "page.jsx", "Orders.js", "line-worker.js", "page.js")) {
      Files.writeString(folder.resolve(file), program(file));
    }
    Files.writeString(folder.resolve("react.jsx"), REACT);
    Files.writeString(folder.resolve("vue.js"), VUE);
    Files.writeString(
        folder.resolve("render.js"),
        "import { render } from './server.jsx';\n"
            + "console.log(typeof window, render(['rendered'], process.argv[2]));\n");
    bundle("react.jsx", "browser");
    bundle("page.jsx", "browser");
    bundle("vue.js", "browser");
    bundle("render.js", "node");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeParameterizedClassInvocation
  static void start(Make make) throws IOException {
    browser = make.start(folder.resolve(make.name()));
  }

  @AfterParameterizedClassInvocation
  static void end() {
    browser.close();
  }

  @BeforeEach
  void open() throws IOException {
    front = new Front(war.port());
  }

  @AfterEach
  void forget() {
    browser.forget();
    front.close();
  }

  /** Returns the block of the chapter that begins with its file's name. */
  private static String program(String file) throws IOException {
    Matcher block = Pattern.compile("(?s)```jsx?\\n(// " + Pattern.quote(file) + "\\n.*?)```")
        .matcher(Files.readString(Path.of("src/site/markdown/recipe-components.md")));
    assertThat(block.find()).as("the program %s in the chapter", file).isTrue();
    return block.group(1);
  }

  /**
   * Makes one file of a program and all that it imports, in {@code out}; in development mode, as
   * React's is checked.
   */
  private static void bundle(String file, String platform) throws IOException {
    Path script = Path.of(System.getProperty("heartline.war", "target/heartline.war"))
        .resolveSibling("page-script/heartline.mjs");
    run(
        "node",
        CLIENTS.resolve("esbuild/bin/esbuild").toString(),
        folder.resolve(file).toString(),
        "--bundle",
        "--log-level=error",
        "--jsx=automatic",
        "--platform=" + platform,
        "--define:process.env.NODE_ENV=\"development\"",
        "--define:__VUE_OPTIONS_API__=true",
        "--define:__VUE_PROD_DEVTOOLS__=false",
        "--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=true",
        "--alias:vue=" + CLIENTS.resolve("vue/dist/vue.esm-bundler.js"),
        "--alias:heartline=" + script.toAbsolutePath(),
        "--outfile=" + folder.resolve("out/" + file.replace("jsx", "js")));
  }

  /** Returns what a program printed. */
  private static String run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("NODE_PATH", CLIENTS.toString());
    Process process = builder.redirectErrorStream(true).start();
    try {
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as("%s\n%s", List.of(command), printed).isZero();
      return printed.strip();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens a page with a program that {@link #bundle} has made. */
  private Tab open(String program, String body) throws IOException {
    front
        .page("/app.js", "text/javascript", "", Files.readString(folder.resolve("out/" + program)))
        .page("/", "text/html", "", HEAD + body + "<script src=/app.js></script>");
    return browser.open(front.url("/"));
  }

  @Test
  void inReactComponentsThatAreMountedTwiceShareOneLine() throws IOException {
    componentsShareOneLine(open("react.js", "<div id=app></div>"));
  }

  @Test
  void inVueComponentsShareOneLine() throws IOException {
    componentsShareOneLine(open("vue.js", "<div id=app></div>"));
  }

  private void componentsShareOneLine(Tab tab) throws IOException {
    awaitTexts(tab, "p", "live", "live");
    publish(tab, "1", "1", "1");
    assertThat(front.lines(LINE)).as("one for both").hasSize(1);
    tab.js("show(1)");
    publish(tab, "2", "1", "2");
    assertThat(front.lines(LINE)).hasSize(1);
    tab.js("show(0)");
    Eventually.await("left", () -> front.lines(LINE).get(0).serverEnded(), ended -> ended);
    tab.js("show(1)");
    awaitTexts(tab, "p", "live");
    publish(tab, "3", "3");
    assertThat(front.lines(LINE)).hasSize(2);
    assertThat(browser.complaints()).isEmpty();
  }

  private static void publish(Tab tab, String data, String... shown) throws IOException {
    awaitReading(() -> tab.texts("li"));
    war.publish(CHANNEL, "\"" + data + "\"");
    awaitTexts(tab, "li", shown);
  }

  /**
   * A program that is live may not have subscribed yet, and tells nobody when it has: it is tried.
   */
  private static void awaitReading(Supplier<List<String>> shown) {
    Supplier<List<String>> tried = () -> {
      try {
        war.publish(CHANNEL, "\"" + PROBE + "\"");
        return shown.get();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
    Eventually.await("reading", tried, texts -> texts.contains(PROBE));
  }

  private static void awaitTexts(Tab tab, String selector, String... texts) {
    Eventually.await(
        List.of(texts).toString(), () -> unprobed(tab.texts(selector)), List.of(texts)::equals);
  }

  private static List<String> unprobed(List<String> shown) {
    return shown.stream().filter(text -> !text.equals(PROBE)).toList();
  }

  @Test
  void aPageRenderedOnAServerMissesNothingUntilItIsOpen() throws IOException {
    war.publish(CHANNEL, "\"rendered\"");
    String position = Json.field(war.get("api/position?channel=" + CHANNEL).body(), CHANNEL);
    String printed = run("node", folder.resolve("out/render.js").toString(), position);
    assertThat(printed)
        .startsWith("undefined <section><p>connecting</p><ul><li>rendered</li></ul>");
    String html = printed.substring("undefined ".length());
    war.publish(CHANNEL, "\"meanwhile\"");
    Tab tab = open(
        "page.js",
        "<div id=app>" + html + "</div><script type=application/json id=rendered>"
            + "{\"before\":[\"rendered\"],\"position\":\"" + position + "\"}</script>");
    awaitTexts(tab, "li", "rendered", "meanwhile");
    war.publish(CHANNEL, "\"later\"");
    awaitTexts(tab, "li", "rendered", "meanwhile", "later");
    assertThat(front.lines(LINE)).hasSize(1);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aSharedWorkerHoldsOneLineForAllTabs() throws IOException {
    front
        .page(
            "/line-worker.js",
            "text/javascript",
            "",
            Files.readString(folder.resolve("line-worker.js")))
        .page(
            "/page.js",
            "text/javascript",
            "",
            AROUND_WORKER + Files.readString(folder.resolve("page.js")))
        .page("/", "text/html", "", HEAD + "<script src=/page.js></script>");
    List<Tab> tabs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tab tab = browser.open(front.url("/"));
      Eventually.await("live", () -> tab.js("return shown.at(-1)"), "live"::equals);
      awaitReading(() -> heard(tab));
      tabs.add(tab);
    }
    war.publish(CHANNEL, "\"to all\"");
    tabs.forEach(tab -> awaitHeard(tab, "to all"));
    assertThat(front.lines(LINE)).hasSize(1);
    tabs.remove(0).close(); // the one that the line began with
    tabs.get(0).reload();
    Eventually.await("live", () -> tabs.get(0).js("return shown.at(-1)"), "live"::equals);
    awaitReading(() -> heard(tabs.get(0)));
    war.publish(CHANNEL, "\"to those left\"");
    awaitHeard(tabs.get(0), "to those left");
    awaitHeard(tabs.get(1), "to all", "to those left");
    assertThat(front.lines(LINE)).hasSize(1);
    assertThat(tabs.get(1).js("return shown.join()")).isEqualTo("live");
    tabs.forEach(Tab::close);
    Eventually.await("left", () -> front.lines(LINE).get(0).serverEnded(), ended -> ended);
  }

  private static List<String> heard(Tab tab) {
    return ((List<?>) tab.js("return heard")).stream().map(String::valueOf).toList();
  }

  private static void awaitHeard(Tab tab, String... data) {
    Eventually.await("heard", () -> unprobed(heard(tab)), List.of(data)::equals);
  }
}
