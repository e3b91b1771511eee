package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.browser.Front.Arrivals;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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

/** A network that is cut or falls silent under an open page, while the server lives on. */
@ParameterizedClass
@EnumSource(Make.class)
class NetworkIT {
  private static final String LINE = "/heartline/line";
  private static final String RAW = "/heartline/updatewebsocket";

  @TempDir
  static Path folder;

  private static RunningWar war;
  private static Browser browser;

  @Parameter
  private Make make;

  private Front front;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder, "heartline.beat=1s", "heartline.grace=3s");
  }

  @BeforeParameterizedClassInvocation
  static void start(Make make) throws IOException {
    browser = make == Make.CHROMIUM
        ? Chromium.start(
            folder.resolve("chromium"),
            // Hidden pages are throttled after seconds, not after a minute: a test has not that
            // long.
            "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/2")
        : make.start(folder.resolve(make.name()));
  }

  @AfterParameterizedClassInvocation
  static void end() {
    browser.close();
  }

  @AfterAll
  static void stop() {
    war.close();
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
  void aPageWhoseConnectionWasCutShowsAllThatWasPublishedMeanwhileOnceAndInOrder()
      throws IOException {
    String channel = "public:cut";
    Tab tab = openOwn(channel);
    publish(channel, 1, 10);
    Eventually.await("heard", () -> tab.seen("data"), data -> data.size() >= 10);
    front.arrivals(Arrivals.REFUSED);
    front.cut();
    Eventually.await("told of the cut", () -> tab.seen("states"), s -> s.contains("waiting"));
    publish(channel, 11, 60);
    front.arrivals(Arrivals.PASSED);
    awaitState(tab, "live");
    publish(channel, 61, 70);
    Eventually.await("caught up", () -> tab.seen("data"), data -> data.size() >= 70);
    assertThat(tab.seen("data")).isEqualTo(numbers(1, 70));
    assertThat(tab.seen("gaps")).isEmpty();
    assertThat(tab.seen("errors")).isEmpty();
  }

  /** The page cannot know how much of what was on its way arrived; many cuts find many places. */
  @Test
  void cutsInTheMiddleOfAStreamLoseAndRepeatNothing() throws IOException {
    String channel = "public:cuts";
    Tab tab = openOwn(channel);
    for (int i = 1; i <= 150; i++) {
      publish(channel, i, i);
      if (i % 30 == 0) {
        front.cut();
        awaitState(tab, "live");
      }
    }
    Eventually.await("caught up", () -> tab.seen("data"), data -> data.size() >= 150);
    assertThat(tab.seen("data")).isEqualTo(numbers(1, 150));
    assertThat(tab.seen("gaps")).isEmpty();
  }

  @Test
  void aSilentNetworkIsNoticedByBothEndsAndTheMissedComesOverANewLine() throws IOException {
    String channel = "public:silent";
    Tab tab = openOwn(channel);
    publish(channel, 1, 3);
    Eventually.await("heard", () -> tab.seen("data"), data -> data.size() >= 3);
    Front.Tunnel silent = newest(LINE);
    front.arrivals(Arrivals.UNANSWERED);
    front.stall();
    publish(channel, 4, 6);
    Eventually.await("found half-open by the server", silent::serverEnded, ended -> ended);
    Eventually.await("found dead by the page", () -> state(tab), state -> !state.equals("live"));
    publish(channel, 7, 9);
    front.arrivals(Arrivals.PASSED);
    Eventually.await("caught up", () -> tab.seen("data"), data -> data.size() >= 9);
    assertThat(tab.seen("data")).isEqualTo(numbers(1, 9));
    assertThat(tab.seen("gaps")).isEmpty();
    assertThat(state(tab)).isEqualTo("live");
  }

  @Test
  void aPageInABackgroundTabNoticesASilentNetworkThoughItsTimersAreHeldBack() throws IOException {
    String channel = "public:hidden";
    Tab hidden = openOwn(channel);
    hidden.click("#another"); // the new tab is in front, and looks at the hidden page by its opener
    Tab shown = browser.opened(List.of(hidden));
    Eventually.await(
        "hidden", () -> shown.js("return opener.document.visibilityState"), "hidden"::equals);
    if (make == Make.CHROMIUM) { // Firefox lets a hidden page's timers ring once a second
      Eventually.await(
          "throttled: beats are heard while its own timers rest",
          () -> (Long) shown.js("return opener.seen.quietBeats"),
          beats -> beats >= 4);
    }
    Front.Tunnel silent = newest(LINE);
    front.stall();
    publish(channel, 1, 3);
    Eventually.await("found half-open by the server", silent::serverEnded, ended -> ended);
    Eventually.await(
        "caught up", () -> shown.js("return JSON.stringify(opener.seen.data)"), "[1,2,3]"::equals);
    assertThat(shown.js("return opener.line.state")).isEqualTo("live");
    assertThat(shown.js("return opener.seen.visibility.at(-1)")).isEqualTo("hidden");
    assertThat(newest(LINE)).isNotSameAs(silent);
  }

  @Test
  void heartCheckKeepsAPagesOwnLineThroughSilenceAndReplacesItOnceWhenItIsDead()
      throws IOException {
    Tab tab = browser.open(front.url(Pages.HEART_CHECK));
    Eventually.await("beating", () -> tab.seen("answers"), beats -> beats.size() >= 4);
    assertThat(front.lines(RAW)).hasSize(1);
    Front.Tunnel silent = newest(RAW);
    front.stall();
    Eventually.await("reconnected", () -> front.lines(RAW), lines -> lines.size() >= 2);
    assertThat(tab.seen("closes")).containsExactly("4003");
    int before = tab.seen("answers").size();
    Eventually.await("beating", () -> tab.seen("answers"), beats -> beats.size() >= before + 4);
    war.publish("updates", "\"hello\"");
    Eventually.await("heard", () -> tab.seen("data"), List.of("hello")::equals);
    assertThat(front.lines(RAW)).hasSize(2);
    assertThat(tab.seen("errors")).isEmpty();
    Eventually.await("found half-open by the server", silent::serverEnded, ended -> ended);
  }

  private Tab openOwn(String channel) {
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + channel));
    Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
    return tab;
  }

  private Front.Tunnel newest(String path) {
    List<Front.Tunnel> lines = front.lines(path);
    return lines.get(lines.size() - 1);
  }

  private static void publish(String channel, int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      war.publish(channel, String.valueOf(i));
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
  }

  private static String state(Tab tab) {
    return String.valueOf(tab.js("return line.state"));
  }

  private static void awaitState(Tab tab, String state) {
    Eventually.await(state, () -> state(tab), state::equals);
  }
}
