package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.browser.Front.Arrivals;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the demo page shows, and where, on a server with its default beat. */
class DemoIT {
  private static final String MISSED = "Published while the line was down (%d of 3)";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Chromium browser;
  private Front front;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
    browser = Chromium.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    try (RunningWar w = war;
        Chromium b = browser) {
      assertThat(b).isNotNull();
    }
  }

  @BeforeEach
  void openFront() throws IOException {
    front = new Front(war.port());
  }

  @AfterEach
  void forget() {
    browser.forget();
    front.close();
  }

  private Tab open() {
    return open(1440, 900);
  }

  private Tab open(int width, int height) {
    Tab tab = browser.open(front.url("/heartline/health/live"));
    tab.cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    tab.go(front.url("/heartline/demo/"));
    awaitState(tab, "live");
    return tab;
  }

  private static void awaitState(Tab tab, String state) {
    Eventually.await(state, () -> tab.js("return document.body.dataset.state"), state::equals);
  }

  private static void awaitText(Tab tab, String id, String part) {
    Eventually.await(part, () -> tab.text(id), text -> text.contains(part));
  }

  private static int number(Tab tab, String expression) {
    return ((Number) tab.js("return Math.ceil(" + expression + ")")).intValue();
  }

  private static int bottom(Tab tab, String selector) {
    return number(tab, "document.querySelector('" + selector + "').getBoundingClientRect().bottom");
  }

  @Test
  void theHeaderIsLowAndPublishAndFeedAreSeenTogether() throws IOException {
    war.publish("public:demo", "\"shown\"");
    Tab tab = open();
    Eventually.await("shown", () -> tab.texts("#feed .text"), texts -> !texts.isEmpty());
    assertThat(bottom(tab, "#line")).isLessThanOrEqualTo(280);
    assertThat(bottom(tab, "#form [type=submit]")).isLessThan(900);
    assertThat(bottom(tab, "#outcome")).isLessThan(900);
    assertThat(bottom(tab, "#feed li:nth-child(2)")).isLessThan(900);
    assertThat(bottom(tab, "#restart")).isLessThan(bottom(tab, "#publish-title"));
    assertThat(number(tab, "document.getElementById('headline').getBoundingClientRect().right"))
        .isLessThan(number(tab, "document.getElementById('strip').getBoundingClientRect().left"));
    assertThat(tab.element("#details dl").isDisplayed()).isFalse();
    tab.click("#details summary"); // over what stands below, which stays where it is
    assertThat(tab.element("#details dl").isDisplayed()).isTrue();
    assertThat(bottom(tab, "#line")).isLessThanOrEqualTo(280);
    front.arrivals(Arrivals.REFUSED);
    front.cut();
    awaitText(tab, "headline", "Reconnecting in");
    assertThat(bottom(tab, "#line")).isLessThanOrEqualTo(280);
    assertThat(bottom(tab, "#outcome")).isLessThan(900);
  }

  @ParameterizedTest
  @CsvSource({"360, 740", "768, 1024"})
  void nothingIsWiderThanTheWindow(int width, int height) throws IOException {
    war.publish("public:demo", "\"" + "long".repeat(60) + "\"");
    front.refuseUpgrades(true); // the words about server-sent events are the longest
    Tab tab = open(width, height);
    Eventually.await("shown", () -> tab.texts("#feed .text"), texts -> !texts.isEmpty());
    tab.click("#details summary");
    assertFits(tab, width);
    tab.js("document.querySelector('[value=json]').click();"
        + "document.getElementById('data').value = '{';"
        + "document.querySelector('#form [type=submit]').click()");
    assertFits(tab, width);
    tab.click("#close");
    awaitState(tab, "closed");
    assertFits(tab, width);
    for (String chapter : List.of("index", "settings", "pages")) {
      tab.go(front.url("/heartline/demo/docs.html?" + chapter));
      Eventually.await("a chapter", () -> tab.texts("h1"), heads -> !heads.isEmpty());
      assertFits(tab, width);
    }
  }

  private static void assertFits(Tab tab, int width) {
    assertThat(number(tab, "document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat((List<?>) tab.js("return [...document.querySelectorAll('.facts dd, .bar > *')]"
            + ".filter(e => e.getBoundingClientRect().right > innerWidth)"
            + ".map(e => e.outerHTML)"))
        .isEmpty();
  }

  /** The server's own beat is 25 s, so within the patience of this test there would be none. */
  @Test
  void theServersHeartIsSeenToBeatThoughItsOwnBeatIsLong() {
    Tab tab = open();
    awaitText(tab, "beat-note", "2 beats");
    awaitText(tab, "rtt", "\u00a0ms");
    awaitText(tab, "transport", "WebSocket");
    assertThat(front.lines("/heartline/line")).hasSize(1);
  }

  @Test
  void whatWasThereBeforeIsMarkedAndKeepsItsTime() throws IOException {
    String body = "{\"channel\":\"public:demo\",\"data\":\"from before\"}";
    assertThat(war.publish(body).statusCode()).isEqualTo(200);
    long published = time(war.get("api/history?channel=public:demo&last=1").body());
    Tab tab = open();
    Eventually.await(
        "shown", () -> tab.texts("#feed .earlier .text"), texts -> texts.contains("from before"));
    war.publish("public:demo", "\"new\"");
    Eventually.await(
        "shown", () -> tab.texts("#feed .new .text"), texts -> texts.equals(List.of("new")));
    assertThat(tab.texts("#feed .divider")).containsExactly("From before you opened this page");
    assertThat(tab.js("return document.querySelector('#feed .divider').previousElementSibling"
            + ".querySelector('.text').textContent"))
        .isEqualTo("new");
    assertThat(tab.js("return document.querySelector('#feed .earlier time').dateTime"))
        .isEqualTo(Instant.ofEpochMilli(published).toString());
    assertThat(tab.text("heard")).isEqualTo("1");
  }

  private static long time(String history) {
    return Long.parseLong(history.replaceAll("(?s).*\"time\":(\\d+).*", "$1"));
  }

  @Test
  void aCutLineComesBackWithAllThatWasPublishedMeanwhile() {
    Tab tab = open();
    awaitText(tab, "channels", "user:");
    tab.click("#cut");
    awaitText(tab, "cut-note", "Nothing was missed");
    assertThat(tab.text("cut-note")).matches("Back after [0-9.]+\u00a0s\\. Nothing was missed.*");
    Eventually.await("heard", () -> tab.texts("#feed .new .text"), texts -> texts.size() == 3);
    assertThat(tab.texts("#feed .new .text"))
        .containsExactly(MISSED.formatted(3), MISSED.formatted(2), MISSED.formatted(1));
    assertThat(tab.text("heard-note")).isEqualTo("no gaps");
    assertThat(front.lines("/heartline/line")).hasSize(2);
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatCameWhileTheLineWasDownIsMarkedAndKeepsItsTime(boolean byEvents) throws IOException {
    front.refuseUpgrades(byEvents);
    Tab tab = open();
    awaitText(tab, "transport", byEvents ? "Server-sent events" : "WebSocket");
    war.publish("public:demo", "\"before\"");
    Eventually.await(
        "shown", () -> tab.texts("#feed .new .text"), texts -> texts.equals(List.of("before")));
    front.arrivals(Arrivals.REFUSED);
    front.cut();
    awaitText(tab, "headline", "Reconnecting in");
    war.publish("public:demo", "\"missed\"");
    long published = time(war.get("api/history?channel=public:demo&last=1").body());
    front.arrivals(Arrivals.PASSED);
    tab.js("document.getElementById('connect').click()");
    awaitState(tab, "live");
    war.publish("public:demo", "\"after\"");
    Eventually.await(
        "shown",
        () -> tab.texts("#feed .new .text"),
        texts -> texts.equals(List.of("after", "missed", "before")));
    assertThat(tab.texts("#feed .tag")).containsExactly("caught up");
    assertThat(tab.js("const entry = document.querySelector('#feed .tag').closest('li');"
            + "return [entry.querySelector('.text').textContent,"
            + " entry.querySelector('time').dateTime]"))
        .isEqualTo(List.of("missed", Instant.ofEpochMilli(published).toString()));
  }

  @Test
  void aRehearsedRestartIsSaidGoodbyeToAndSurvived() {
    Tab tab = open();
    awaitText(tab, "channels", "user:");
    tab.click("#restart");
    awaitText(tab, "restart-note", "Nothing was missed");
    assertThat(tab.texts("#feed .new .text"))
        .containsExactly(MISSED.formatted(3), MISSED.formatted(2), MISSED.formatted(1));
    awaitState(tab, "live");
    assertThat(tab.element("#restart").getAttribute("aria-disabled")).isEqualTo("false");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aLostLineSaysWhenItIsTriedAgain() {
    Tab tab = open();
    front.arrivals(Arrivals.REFUSED);
    front.cut();
    String words = "Reconnecting in \\d+\u00a0s";
    Eventually.await("counting", () -> tab.text("headline"), text -> text.matches(words));
    Eventually.await("counting", () -> tab.text("pill"), text -> text.matches(words));
    assertThat(tab.text("transport")).isEqualTo("no line");
    front.arrivals(Arrivals.PASSED);
    tab.js("document.getElementById('connect').click()");
    awaitState(tab, "live");
    awaitText(tab, "headline", "Live");
  }

  @Test
  void byServerSentEventsThePageSaysSoAndPromisesNothingElse() {
    front.refuseUpgrades(true);
    Tab tab = open();
    assertThat(tab.text("transport")).isEqualTo("Server-sent events");
    assertThat(tab.text("why")).contains("by server-sent events");
    assertThat(tab.text("rtt")).isEqualTo("one way");
    assertThat(tab.text("second-note")).contains("stays live");
    awaitText(tab, "beat-note", "2 beats");
    tab.click("#cut");
    awaitText(tab, "cut-note", "Nothing was missed");
    assertThat(tab.texts("#feed .new .text"))
        .containsExactly(MISSED.formatted(3), MISSED.formatted(2), MISSED.formatted(1));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"a\":1,}', 'look at line\u00a01, at “}”'",
    "'hello', 'Text needs double quotes'",
    "'', 'The message is empty'",
    "'[1,2', 'The message is not JSON'",
  })
  void whatIsNoJsonIsSaidInWords(String typed, String part) {
    Tab tab = open();
    tab.js(
        "document.querySelector('[value=json]').click();"
            + "document.getElementById('data').value = arguments[0];"
            + "document.querySelector('#form [type=submit]').click()",
        typed);
    assertThat(tab.text("data-error"))
        .contains(part)
        .doesNotContainIgnoringCase("token")
        .doesNotContainIgnoringCase("position")
        .doesNotContainIgnoringCase("parse");
    assertThat(tab.text("outcome")).isEqualTo("Nothing was published.");
  }

  @Test
  void theTraceRunsNoScriptBetweenEvents() {
    Tab tab = browser.open(front.url("/heartline/health/live"));
    tab.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        Map.of(
            "source",
            "const real = requestAnimationFrame; window.frames_ = 0;"
                + "window.requestAnimationFrame = fn => (frames_++, real.call(window, fn));"));
    tab.go(front.url("/heartline/demo/"));
    awaitState(tab, "live");
    awaitText(tab, "beat-note", "2 beats");
    // Each beat, round trip and state is drawn once. A loop would have asked hundreds of times.
    assertThat(number(tab, "frames_")).isBetween(1, 30);
    assertThat(tab.js("return document.getElementById('trace').getAnimations()[0].playState"))
        .isEqualTo("running");
    tab.click("#close");
    awaitState(tab, "closed");
    assertThat(tab.js("return document.getElementById('trace').getAnimations()[0].playState"))
        .isEqualTo("paused");
  }

  @Test
  void theDocumentationIsInTheWar() {
    Tab tab = open();
    tab.click(".links a");
    Eventually.await("chapters", () -> tab.texts("h1"), List.of("Heartline: the chapters")::equals);
    List<String> chapters = new ArrayList<>(((List<?>) tab.js(
            "return [...document.querySelectorAll('#chapter a')].map(a => a.getAttribute('href'))"))
        .stream().map(String::valueOf).toList());
    assertThat(chapters).contains("docs.html?README", "docs.html?pages").hasSizeGreaterThan(20);
    for (String chapter : chapters) {
      tab.go(front.url("/heartline/demo/" + chapter));
      List<String> heads =
          Eventually.await("a chapter", () -> tab.texts("h1"), all -> !all.isEmpty());
      assertThat(heads).as(chapter).doesNotContain("No such chapter");
      List<String> raw = tab.texts("#chapter :is(p, li, td, h1, h2, h3)").stream()
          .filter(text -> text.contains("```") || text.matches("(?s).*\\]\\(\\S+\\).*"))
          .toList();
      assertThat(raw).as("not rendered in " + chapter).isEmpty();
    }
    assertThat(browser.complaints()).isEmpty();
  }
}
