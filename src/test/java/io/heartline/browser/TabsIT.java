package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo page, as a guest meets it: alone, in two tabs, and together with another guest. */
class TabsIT {
  private static final String LINE = "/heartline/line";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Front front;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=1s");
    front = Pages.on(new Front(war.port()));
    browser = Chromium.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    try (RunningWar w = war;
        Front f = front;
        Chromium b = browser) {
      assertThat(b).isNotNull();
    }
  }

  @AfterEach
  void forget() {
    browser.forget();
  }

  @Test
  void theDemoPageLimitsItselfToItsOwnServerAndNothingItDoesIsStopped() throws IOException {
    assertThat(war.get("demo/").headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'"));
    Tab tab = openDemo();
    tab.click("#form [type=submit]");
    Eventually.await("shown", () -> tab.texts("#feed .text"), texts -> !texts.isEmpty());
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theDemoPageShowsTheGuestALiveLineAndItsHeartbeats() throws IOException {
    Tab tab = openDemo();
    assertThat(tab.text("headline")).isEqualTo("Live");
    assertThat(tab.text("guest-name")).matches("[a-z]+-[a-z]+-\\d{4}");
    Eventually.await("beating", () -> tab.text("beat-age"), age -> !age.equals("none yet"));
    Eventually.await("measured", () -> tab.text("rtt"), rtt -> rtt.contains("ms"));
    tab.screenshot(Files.createDirectories(Path.of("target/browser")).resolve("demo.png"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatTheFormPublishesToEverybodyShowsUpInTheFeed() throws IOException {
    Tab tab = openDemo();
    tab.js("document.getElementById('data').value = ''");
    tab.element("#data").sendKeys("from the form");
    tab.click("#form [type=submit]");
    Eventually.await(
        "shown", () -> tab.texts("#feed .text"), texts -> texts.contains("from the form"));
    tab.click("#many");
    List<String> texts = Eventually.await(
        "all shown",
        () -> tab.texts("#feed .text"),
        all -> all.contains("from the form (25 of 25)"));
    assertThat(texts).startsWith("from the form (25 of 25)", "from the form (24 of 25)");
    assertThat(texts).doesNotHaveDuplicates();
    tab.screenshot(Files.createDirectories(Path.of("target/browser")).resolve("demo-feed.png"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatIsPublishedToOneUserReachesThatUsersPageOnly(@TempDir Path other) throws IOException {
    Tab mine = openDemo();
    try (Chromium another = Chromium.start(other)) {
      Tab theirs = another.open(front.url("/heartline/demo/"));
      awaitState(theirs, "live");
      String they = theirs.text("guest-name");
      assertThat(they).isNotEqualTo(mine.text("guest-name"));
      awaitOwnChannel(theirs);

      mine.click("#form label:has([value=user])");
      mine.js("document.getElementById('to-user').value = arguments[0]", they);
      mine.js("document.getElementById('data').value = 'for you alone'");
      mine.click("#form [type=submit]");
      Eventually.await(
          "told", () -> theirs.texts("#feed .text"), texts -> texts.contains("for you alone"));

      war.publish("public:demo", "\"for all\"");
      Eventually.await("told", () -> mine.texts("#feed .text"), texts -> texts.contains("for all"));
      assertThat(mine.texts("#feed .text")).doesNotContain("for you alone");
      Eventually.await(
          "told", () -> theirs.texts("#feed .text"), texts -> texts.contains("for all"));
      assertThat(theirs.texts("#feed .text")).containsOnlyOnce("for you alone");
    }
  }

  @Test
  void theNewestTabTakesTheSeatAndTheOldOneStaysAwayUntilItsUserTakesItBack() throws IOException {
    int before = lines();
    Tab first = openDemo();
    noteStates(first);
    Tab second = openDemo();
    assertThat(second.text("guest-name")).isEqualTo(first.text("guest-name"));

    awaitState(first, "replaced");
    assertThat(first.text("headline")).isEqualTo("A newer tab took over");
    assertThat(first.element("#use-here").isDisplayed()).isTrue();
    noteStates(second);
    awaitBeats(4); // a page that came back would do so within a second or two
    assertThat(lines()).isEqualTo(before + 2);
    assertThat(first.element("#use-here").isDisplayed()).isTrue(); // looked at: not yet wanted
    awaitBeats(2);
    assertThat(lines()).isEqualTo(before + 2);
    assertThat(states(first)).containsExactly("replaced");
    assertThat(states(second)).isEmpty();
    first.screenshot(
        Files.createDirectories(Path.of("target/browser")).resolve("demo-replaced.png"));

    first.click("#use-here");
    awaitState(first, "live");
    awaitState(second, "replaced");
    assertThat(second.element("#use-here").isDisplayed()).isTrue();
    awaitBeats(4);
    assertThat(lines()).isEqualTo(before + 3);
    assertThat(states(second)).containsExactly("replaced");
    assertThat(states(first)).containsExactly("replaced", "live");

    war.publish("public:demo", "\"to the one who has it\"");
    Eventually.await(
        "heard", () -> first.texts("#feed .text"), List.of("to the one who has it")::equals);
    assertThat(second.texts("#feed .text")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aDuplicatedTabIsAnotherOneAndAReloadIsNot() {
    Tab original = openDemo();
    String name = original.text("tab");
    original.reload();
    awaitState(original, "live");
    assertThat(original.text("tab")).isEqualTo(name);

    List<Tab> before = browser.tabs();
    original.click("#second"); // opened by a link of the page: it copies the page's sessionStorage
    Tab duplicate = browser.opened(before);
    awaitState(duplicate, "live");
    awaitState(original, "replaced");
    String other = duplicate.text("tab");
    assertThat(other).isNotEqualTo(name);
    duplicate.reload();
    awaitState(duplicate, "live");
    assertThat(duplicate.text("tab")).isEqualTo(other);
    assertThat(original.text("tab")).isEqualTo(name);
    assertThat(original.js("return document.body.dataset.state")).isEqualTo("replaced");
  }

  /** It would take the seat from the tab that somebody looks at. */
  @Test
  void aTabOpenedBehindAnotherOneTakesNothingFromItUntilItIsLookedAt() {
    Tab first = openDemo();
    int before = lines();
    noteStates(first);
    first.js(
        "window.told = [];"
            + "new BroadcastChannel('told').onmessage = event => told.push(event.data);"
            + "const link = document.createElement('a');"
            + "Object.assign(link, { id: 'behind', textContent: 'behind', href: arguments[0] });"
            + "document.querySelector('main').prepend(link)",
        Pages.TELLING + "?channel=public:behind");
    Tab second = first.openBehind("#behind");
    Eventually.await("told", () -> first.js("return told"), List.of("waiting hidden")::equals);
    awaitBeats(4);
    assertThat(lines()).isEqualTo(before);
    assertThat(states(first)).isEmpty();

    assertThat(second.js("return document.visibilityState")).isEqualTo("visible");
    Eventually.await("live", () -> second.js("return line.state"), "live"::equals);
    assertThat(second.seen("states")).containsExactly("waiting", "connecting", "live");
    assertThat(second.js("return line.user")).isEqualTo(first.text("guest-name"));
    awaitState(first, "replaced");
    assertThat(lines()).isEqualTo(before + 1);
  }

  private static Tab openDemo() {
    Tab tab = browser.open(front.url("/heartline/demo/"));
    awaitState(tab, "live");
    return tab;
  }

  private static int lines() {
    return front.lines(LINE).size();
  }

  private static void awaitState(Tab tab, String state) {
    Eventually.await(state, () -> tab.js("return document.body.dataset.state"), state::equals);
  }

  private static void awaitOwnChannel(Tab tab) {
    Eventually.await("own channel", () -> tab.text("channels"), names -> names.contains("user:"));
  }

  /** From now on, what the page shows of its line. */
  private static void noteStates(Tab tab) {
    tab.js("""
        window.states = [];
        new MutationObserver(() => {
          const { state } = document.body.dataset;
          if (state !== 'connecting' && state !== states.at(-1)) states.push(state);
        }).observe(document.body, { attributeFilter: ['data-state'] });
        """);
  }

  private static List<String> states(Tab tab) {
    return ((List<?>) tab.js("return states")).stream().map(String::valueOf).toList();
  }

  /** Waits while the server goes on beating on the newest line. */
  private static void awaitBeats(int count) {
    Front.Tunnel newest = front.lines(LINE).get(lines() - 1);
    int before = newest.arrivals();
    Eventually.await("beating", newest::arrivals, arrivals -> arrivals >= before + count);
  }
}
