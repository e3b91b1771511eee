package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of one's own includes one script, and hears what is published by HTTP. */
@ParameterizedClass
@EnumSource(Make.class)
class OwnPageIT {
  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Front front;
  private static Front elsewhere;
  private static Browser browser;

  @Parameter
  private Make make;

  @BeforeAll
  static void start() throws IOException {
    elsewhere = new Front(1);
    war = RunningWar.start(folder, "heartline.origins=" + elsewhere.url(""));
    front = Pages.on(new Front(war.port()));
    Pages.on(elsewhere);
    Pages.elsewhere(elsewhere, war.base().toString());
  }

  @BeforeParameterizedClassInvocation
  static void start(Make make) throws IOException {
    browser = make.start(folder.resolve(make.name()));
  }

  @AfterParameterizedClassInvocation
  static void end() {
    browser.close();
  }

  @AfterAll
  static void stop() {
    try (RunningWar w = war;
        Front f = front;
        Front e = elsewhere) {
      assertThat(w).isNotNull();
    }
  }

  @AfterEach
  void forget() {
    browser.forget();
  }

  @ParameterizedTest
  @ValueSource(strings = {Pages.CLASSIC, Pages.MODULE, Pages.SOURCES, Pages.FRAME})
  void hearsPublicationsUnderAStrictPolicy(String page) throws IOException {
    String channel = "public:own" + page.replaceAll("\\W", "-");
    Tab tab = browser.open(front.url(page + "?channel=" + channel));
    awaitSubscribed(tab);
    war.publish(channel, "\"hello\"");
    war.publish(channel, "{\"order\":4711}");
    Eventually.await("published", () -> tab.seen("data"), data -> data.size() >= 2);
    assertThat(tab.js("return JSON.stringify(seen.data)"))
        .isEqualTo("[\"hello\",{\"order\":4711}]");
    if (make == Make.FIREFOX && page.equals(Pages.FRAME)) {
      // Its 'self' means no WebSockets in a frame whose own address has no host.
      assertThat(tab.js("return seen.transport")).isEqualTo("sse");
    } else {
      assertThat(tab.seen("states")).containsExactly("connecting", "live");
    }
    assertThat(tab.seen("errors")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "module"})
  void aWorkerMadeFromABlobHearsPublications(String type) throws IOException {
    String channel = "public:worker-" + type;
    Tab tab = browser.open(front.url(Pages.WORKER + "?worker=" + type + "&channel=" + channel));
    awaitSubscribed(tab);
    war.publish(channel, "1");
    Eventually.await("published", () -> tab.seen("data"), List.of("1")::equals);
    assertThat(tab.seen("states")).containsExactly("connecting", "live");
    assertThat(tab.seen("errors")).isEmpty();
  }

  /** Browsers end a line with 1006 if the server does not answer the subprotocol. */
  @ParameterizedTest
  @ValueSource(strings = {"updatewebsocket", "ws/user-channel", "wss"})
  void aRawLineWithASubprotocolOpens(String door) {
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=public:subprotocol"));
    String url = front.url("/heartline/" + door).replaceFirst("http", "ws");
    tab.js("const raw = new WebSocket('" + url + "', ['chat', 'other']);"
        + "raw.onopen = () => raw.send('ping');"
        + "raw.onmessage = event => window.said = raw.protocol + ' ' + event.data;"
        + "raw.onclose = event => window.said = 'closed ' + event.code;"
        + "return ''");
    Eventually.await(
        "answered",
        () -> String.valueOf(tab.js("return window.said || ''")),
        said -> said.startsWith("chat "));
  }

  @Test
  void hearsPublicationsOnAnotherServersPageThatIsAllowed() throws IOException {
    Tab tab = browser.open(elsewhere.url(Pages.ELSEWHERE + "?channel=public:elsewhere"));
    awaitSubscribed(tab);
    war.publish("public:elsewhere", "1");
    Eventually.await("published", () -> tab.seen("data"), List.of("1")::equals);
    assertThat(tab.seen("errors")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false, websocket", "true, sse"})
  void anotherServersPageThatIsAllowedImportsTheModuleAndLivesByEitherWay(
      boolean blocked, String transport) throws IOException {
    String channel = "public:imported-by-" + transport;
    try (Front way = new Front(war.port())) {
      way.refuseUpgrades(blocked);
      Tab tab = browser.open(elsewhere.url(
          Pages.ELSEWHERE_MODULE + "?base=" + way.url("/heartline/") + "&channel=" + channel));
      awaitSubscribed(tab);
      assertThat(tab.js("return line.transport")).isEqualTo(transport);
      war.publish(channel, "1");
      Eventually.await("published", () -> tab.seen("data"), List.of("1")::equals);
      assertThat(tab.seen("errors")).isEmpty();
    }
  }

  @Test
  void readsThePastByHttpAPageAtATime() throws IOException {
    String channel = "public:past";
    for (int i = 1; i <= 3; i++) {
      war.publish(channel, String.valueOf(i));
    }
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + channel));
    awaitSubscribed(tab);
    String told = "const told = ({ publications, more }) =>"
        + " `${publications.map(({ data, time }) => data + (time > 0 ? '' : '?'))} ${more}`;"
        + "const first = await line.history('" + channel + "', { last: 3, limit: 2 });"
        + "const next = await line.history('" + channel + "', { after: first.position });"
        + "return `${told(first)}, ${told(next)}`";
    assertThat(tab.js("return (async () => {" + told + "})()")).isEqualTo("1,2 true, 3 false");
  }

  @Test
  void saysThatTheBrowserBlocksTheLineWhenThePolicyForbidsIt() {
    int before = front.lines("/heartline/line").size();
    Tab tab = browser.open(front.url(Pages.BLOCKED + "?channel=public:blocked"));
    Eventually.await(
        "told as blocked", () -> tab.js("return seen.detail.blocked"), Boolean.TRUE::equals);
    assertThat(tab.js("return seen.detail.why")).asString().contains("connect-src");
    assertThat(tab.seen("states")).containsOnly("connecting", "waiting").contains("waiting");
    assertThat(tab.seen("errors")).isNotEmpty().containsOnly("connect-src");
    assertThat(front.lines("/heartline/line")).hasSize(before);
  }

  private static void awaitSubscribed(Tab tab) {
    Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
  }
}
