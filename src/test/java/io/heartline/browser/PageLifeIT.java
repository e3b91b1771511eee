package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser does with a page and its line: puts it away, freezes it, sleeps altogether. */
class PageLifeIT {
  private static final String LINE = "/heartline/line";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Chromium browser;

  private Front front;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=30s", "heartline.grace=60s");
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
  void open() throws IOException {
    front = Pages.on(new Front(war.port()));
  }

  @AfterEach
  void forget() {
    browser.forget();
    front.close();
  }

  @Test
  void aPagePutAwayLeavesItsLineAndBroughtBackCatchesUp() throws IOException {
    String channel = "public:away";
    Tab tab = openOwn(channel);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
    tab.go(front.url("/own/another.html"));
    Eventually.await("left", () -> front.lines(LINE).get(0).serverEnded(), ended -> ended);
    war.publish(channel, "2");
    war.publish(channel, "3");
    tab.js("setTimeout(() => history.back())");
    awaitBack(tab);
    Eventually.await("caught up", () -> tab.seen("data"), List.of("1", "2", "3")::equals);
    war.publish(channel, "4");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1", "2", "3", "4")::equals);
    assertThat(tab.seen("shown")).as("persisted").containsExactly("false", "true");
    assertThat(tab.seen("states"))
        .containsExactly("connecting", "live", "waiting", "connecting", "live");
    assertThat(tab.seen("gaps")).isEmpty();
    assertThat(tab.seen("errors")).isEmpty();
    assertThat(front.lines(LINE)).hasSize(2);
  }

  @Test
  void aFrozenPageLeavesItsLineAndResumedCatchesUp() throws IOException {
    String channel = "public:frozen";
    Tab tab = openOwn(channel);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
    tab.cdp("Page.setWebLifecycleState", Map.of("state", "frozen"));
    Eventually.await("left", () -> front.lines(LINE).get(0).serverEnded(), ended -> ended);
    war.publish(channel, "2");
    assertThat(front.lines(LINE)).hasSize(1);
    tab.cdp("Page.setWebLifecycleState", Map.of("state", "active"));
    Eventually.await("caught up", () -> tab.seen("data"), List.of("1", "2")::equals);
    assertThat(tab.seen("states"))
        .containsExactly("connecting", "live", "waiting", "connecting", "live");
    assertThat(tab.seen("gaps")).isEmpty();
    assertThat(front.lines(LINE)).hasSize(2);
  }

  /** A page's parts need not know of each other: two lines would take the seat from each other. */
  @Test
  void twoObjectsOfAPageShareALineThatEndsWithTheLastOfThem() throws IOException {
    String channel = "public:shared";
    Tab tab = openOwn(channel);
    tab.js(
        "window.other = new Heartline('../heartline/line#part');"
            + "other.subscribe(arguments[0], data => seen.story.push(`other ${data}`))"
            + ".on('subscribed', ({ joined }) => seen.joined = joined);"
            + "other.on('state', state => seen.story.push(state))",
        channel);
    Eventually.await("subscribed", () -> tab.js("return seen.joined"), Boolean.TRUE::equals);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("story"), List.of("live", "1", "other 1")::equals);

    tab.go(front.url("/own/another.html")); // both are without a line, and come back to one
    Eventually.await("left", () -> front.lines(LINE).get(0).serverEnded(), ended -> ended);
    war.publish(channel, "2");
    tab.js("setTimeout(() => history.back())");
    awaitBack(tab);
    Eventually.await("heard", () -> tab.seen("story"), story -> story.contains("other 2"));
    assertThat(front.lines(LINE)).hasSize(2);

    tab.js("line.close()"); // its page goes on with the other one
    war.publish(channel, "3");
    Eventually.await("heard", () -> tab.seen("story"), story -> story.contains("other 3"));
    assertThat(tab.seen("data")).containsExactly("1", "2");
    assertThat(tab.js("return line.state + ' ' + other.state")).isEqualTo("closed live");
    assertThat(front.lines(LINE).get(1).serverEnded()).isFalse();
    tab.js("other.close()");
    Eventually.await("ended", () -> front.lines(LINE).get(1).serverEnded(), ended -> ended);
    assertThat(tab.seen("errors")).isEmpty();
  }

  /** The copy may take up the name that the page gave back when it was put away. */
  @Test
  void aPageThatComesBackSharesItsNameWithNoTabThatWasCopiedMeanwhile() {
    String page = Pages.CLASSIC + "?channel=public:copied";
    Tab tab = openOwn("public:copied");
    tab.go(front.url("/own/another.html"));
    tab.js(
        "const link = document.createElement('a');"
            + "Object.assign(link, { textContent: 'copy', target: '_blank', rel: 'opener' });"
            + "link.href = arguments[0];"
            + "document.body.append(link)",
        page);
    List<Tab> before = browser.tabs();
    tab.click("a");
    Tab copy = browser.opened(before);
    Eventually.await("live", () -> copy.js("return window.line?.state"), "live"::equals);
    tab.js("setTimeout(() => history.back())");
    awaitBack(tab);
    Eventually.await("live", () -> tab.js("return line.state"), "live"::equals);
    assertThat(tab.js("return line.instance")).isNotEqualTo(copy.js("return line.instance"));
    assertThat(copy.seen("states")).containsExactly("connecting", "live");
  }

  /**
   * After sleep a timer that is due rings before anybody can answer. The page is made to believe in
   * a shorter beat and patience of the server than it has, so that its timer rings late on a line
   * that is well.
   */
  @Test
  void aBrowserThatSleptKeepsALineThatIsWell() throws IOException {
    String channel = "public:slept";
    Tab tab = browser.open(front.url(Pages.BOTH + "?hasty&channel=" + channel));
    Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
    Eventually.await("answered", () -> tab.seen("answers"), answers -> !answers.isEmpty());
    browser.sleep(Duration.ofSeconds(8)); // silence allowed: 2 s; a timer 2 s late has slept
    int before = tab.seen("answers").size();
    Eventually.await("answered", () -> tab.seen("answers"), all -> all.size() >= before + 4);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
    assertThat(tab.seen("late")).as("ms that its timers slept").isNotEmpty();
    assertThat(tab.seen("states")).containsExactly("connecting", "live");
    assertThat(tab.seen("closes")).isEmpty();
    assertThat(front.lines(LINE)).hasSize(1);
    assertThat(front.lines("/heartline/updatewebsocket")).hasSize(1);
  }

  private static void awaitBack(Tab tab) {
    Eventually.await(
        "brought back", () -> tab.js("return window.seen?.shown.at(-1)"), Boolean.TRUE::equals);
  }

  private Tab openOwn(String channel) {
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + channel));
    Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
    return tab;
  }
}
