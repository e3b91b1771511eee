package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Firefox does with pages and their lines, and two tabs of one user in it. For Chromium
 * {@link PageLifeIT} and {@link TabsIT} ask the same and more.
 */
class FirefoxLifeIT {
  private static final String LINE = "/heartline/line";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Firefox browser;

  private Front front;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=1s", "heartline.grace=60s");
    browser = Firefox.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    try (RunningWar w = war;
        Firefox b = browser) {
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

  /** Firefox keeps no page in its back/forward cache that has a connection when it is left. */
  @Test
  void aPageThatIsLeftLeavesItsLineAndIsLoadedAnewWhenOneComesBack() throws IOException {
    String channel = "public:away";
    Tab tab = openOwn(channel);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
    tab.go(front.url("/own/another.html"));
    Eventually.await("left", () -> line(0).serverEnded(), ended -> ended);
    war.publish(channel, "2");
    tab.js("setTimeout(() => history.back())");
    awaitSubscribed(tab);
    war.publish(channel, "3");
    Eventually.await("heard", () -> tab.seen("data"), List.of("3")::equals);
    assertThat(tab.seen("shown")).as("persisted").containsExactly("false");
    assertThat(tab.seen("states")).containsExactly("connecting", "live");
    assertThat(tab.seen("errors")).isEmpty();
    assertThat(front.lines(LINE)).hasSize(2);
  }

  @Test
  void aBrowserThatSleptKeepsALineThatIsWell() throws IOException {
    String channel = "public:slept";
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?hasty&channel=" + channel));
    awaitSubscribed(tab);
    Eventually.await("beating", () -> tab.seen("beats"), beats -> !beats.isEmpty());
    browser.sleep(Duration.ofSeconds(8)); // silence allowed: 2 s; a timer 2 s late has slept
    int before = tab.seen("beats").size();
    Eventually.await("beating", () -> tab.seen("beats"), all -> all.size() >= before + 4);
    war.publish(channel, "1");
    Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
    assertThat(tab.seen("late")).as("ms that its timers slept").isNotEmpty();
    assertThat(tab.seen("states")).containsExactly("connecting", "live");
    assertThat(front.lines(LINE)).hasSize(1);
  }

  @Test
  void aReloadedTabKeepsItsNameAndAClosedOneLeavesItsLine() {
    Tab tab = openOwn("public:reloaded");
    Object name = tab.js("return line.instance");
    tab.reload();
    awaitSubscribed(tab);
    assertThat(tab.js("return line.instance")).isEqualTo(name);
    Eventually.await("left", () -> line(0).serverEnded(), ended -> ended);
    assertThat(front.lines(LINE)).hasSize(2);
    tab.close();
    Eventually.await("left", () -> line(1).serverEnded(), ended -> ended);
  }

  @Test
  void aTabOpenedByAnotherOneHasANameOfItsOwn() {
    Tab tab = openOwn("public:copied");
    tab.js("document.getElementById('another').href = location.href");
    tab.click("#another"); // it copies the page's sessionStorage
    Tab copy = browser.opened(List.of(tab));
    awaitSubscribed(copy);
    assertThat(copy.js("return line.instance")).isNotEqualTo(tab.js("return line.instance"));
    assertThat(tab.seen("states")).containsExactly("connecting", "live");
  }

  @Test
  void theNewestTabTakesTheSeatAndTheOldOneStaysAwayUntilItsUserTakesItBack() {
    browser.open(front.url("/heartline/guest.js")); // from now on, all tabs are this guest's
    Tab first = openOwn("public:seat");
    Tab second = openOwn("public:seat");
    assertThat(second.js("return line.user")).isNotNull().isEqualTo(first.js("return line.user"));
    awaitState(first, "replaced");
    awaitBeats(4); // a page that came back would do so within a second or two
    assertThat(first.js("return seen.detail.code")).isEqualTo(4500L);
    assertThat(first.seen("states")).containsExactly("connecting", "live", "replaced");
    assertThat(second.seen("states")).containsExactly("connecting", "live");
    assertThat(front.lines(LINE)).hasSize(2);

    assertThat(first.js("return line.takeBack()")).isEqualTo(true);
    awaitState(second, "replaced");
    awaitState(first, "live");
    awaitBeats(4);
    assertThat(first.js("return line.state")).isEqualTo("live");
    assertThat(second.seen("states")).containsExactly("connecting", "live", "replaced");
    assertThat(front.lines(LINE)).hasSize(3);
  }

  private Tab openOwn(String channel) {
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + channel));
    awaitSubscribed(tab);
    return tab;
  }

  private static void awaitSubscribed(Tab tab) {
    Eventually.await(
        "subscribed", () -> tab.js("return window.seen?.subscribed"), Boolean.TRUE::equals);
  }

  private static void awaitState(Tab tab, String state) {
    Eventually.await(state, () -> tab.js("return line.state"), state::equals);
  }

  private Front.Tunnel line(int number) {
    return front.lines(LINE).get(number);
  }

  /** Waits while the server goes on beating on the newest line. */
  private void awaitBeats(int count) {
    Front.Tunnel newest = line(front.lines(LINE).size() - 1);
    int before = newest.arrivals();
    Eventually.await("beating", newest::arrivals, arrivals -> arrivals >= before + count);
  }
}
