package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.browser.Front.Arrivals;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A page behind something that lets no WebSocket through. */
@ParameterizedClass
@EnumSource(Make.class)
class FallbackIT {
  private static final String EVENTS = "/heartline/events";

  @TempDir
  static Path profile;

  @TempDir
  Path folder;

  private static Browser browser;

  @Parameter
  private Make make;

  @BeforeParameterizedClassInvocation
  static void start(Make make) throws IOException {
    browser = make.start(profile.resolve(make.name()));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    browser.close();
  }

  @AfterEach
  void forget() {
    browser.forget();
  }

  private static Tab open(Front front, String channel, String more) {
    Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + channel + more));
    awaitLive(tab);
    Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
    return tab;
  }

  private static void awaitLive(Tab tab) {
    Eventually.await("live", () -> tab.js("return line.state"), "live"::equals);
  }

  private static Object transport(Tab tab) {
    return tab.js("return line.transport");
  }

  private static void publish(RunningWar war, String channel, int from, int to, String filling)
      throws IOException {
    for (int i = from; i <= to; i++) {
      war.publish(channel, filling.isEmpty() ? String.valueOf(i) : "\"" + i + filling + "\"");
    }
  }

  private static List<String> numbers(int to) {
    return IntStream.rangeClosed(1, to).mapToObj(String::valueOf).toList();
  }

  @Test
  void itLivesByEventsAndHearsEachPublicationOnceOverServerRestarts() throws IOException {
    String channel = "public:restarts";
    RunningWar war = RunningWar.start(folder);
    try (Front front = Pages.on(new Front(war.port()))) {
      front.refuseUpgrades(true);
      Tab tab = open(front, channel, "");
      assertThat(transport(tab)).isEqualTo("sse");
      int last = 0;
      for (int restart = 0; restart < 3; restart++) {
        publish(war, channel, last + 1, last + 20, "");
        last += 20;
        int sofar = last;
        Eventually.await("heard", () -> tab.seen("data"), data -> data.size() >= sofar);
        war.stop();
        Eventually.await("told", () -> tab.js("return line.state"), state -> !"live".equals(state));
        war = RunningWar.start(folder, "heartline.port=" + war.port());
        awaitLive(tab);
        assertThat(transport(tab)).isEqualTo("sse");
      }
      war.publish(channel, String.valueOf(last + 1));
      int all = last + 1;
      Eventually.await("heard", () -> tab.seen("data"), data -> data.size() >= all);
      assertThat(tab.seen("data")).isEqualTo(numbers(all));
      assertThat(tab.seen("gaps").size()).as("a restart is a gap at most").isLessThanOrEqualTo(3);
      assertThat(tab.seen("errors")).isEmpty();
    } finally {
      war.close();
    }
  }

  /** Where a stream breaks is nobody's choice: here it is in the midst of what was missed. */
  @Test
  void streamsThatBreakInTheMiddleOfABatchLoseAndRepeatNothing() throws IOException {
    String channel = "public:breaks";
    try (RunningWar war = RunningWar.start(folder);
        Front front = Pages.on(new Front(war.port()))) {
      front.refuseUpgrades(true);
      Tab tab = open(front, channel, "");
      front.arrivals(Arrivals.REFUSED);
      front.cut();
      publish(war, channel, 1, 200, "-" + "x".repeat(500));
      front.breakAfter(20_000);
      int before = front.lines(EVENTS).size();
      front.arrivals(Arrivals.PASSED);
      Eventually.await("broken often", () -> hurried(tab, front), n -> n >= before + 4);
      front.breakAfter(Long.MAX_VALUE);
      front.cut();
      Eventually.await(
          "caught up", () -> hurried(tab, front), n -> tab.seen("data").size() >= 200);
      assertThat(tab.seen("data").stream().map(data -> data.replaceFirst("-x+$", "")))
          .isEqualTo(numbers(200));
      assertThat(tab.seen("gaps")).isEmpty();
      assertThat(tab.seen("errors")).isEmpty();
    }
  }

  /**
   * Has the page come back before its delay is over. Returns how many streams there were so far.
   */
  private static int hurried(Tab tab, Front front) {
    tab.js("line.connect()");
    return front.lines(EVENTS).size();
  }

  @Test
  void aPageStartsWhereItWasRenderedByEitherWay() throws IOException {
    try (RunningWar war = RunningWar.start(folder);
        Front front = Pages.on(new Front(war.port()))) {
      for (boolean refuses : new boolean[] {true, false}) {
        String channel = "public:rendered-" + refuses;
        war.publish(channel, "\"shown by the server\"");
        String position = Json.field(war.get("api/position?channel=" + channel).body(), channel);
        war.publish(channel, "1");
        front.refuseUpgrades(refuses);
        Tab tab = open(front, channel, "&after=" + position);
        assertThat(transport(tab)).isEqualTo(refuses ? "sse" : "websocket");
        war.publish(channel, "2");
        Eventually.await("heard", () -> tab.seen("data"), List.of("1", "2")::equals);
        assertThat(tab.seen("gaps")).isEmpty();
      }
    }
  }

  @Test
  void anotherSubscriptionAndAnotherNetworkCostNothing() throws IOException {
    try (RunningWar war = RunningWar.start(folder);
        Front front = Pages.on(new Front(war.port()))) {
      front.refuseUpgrades(true);
      Tab tab = open(front, "public:first", "");
      war.publish("public:first", "1");
      tab.js("line.subscribe('public:second', data => seen.story.push('second ' + data))"
          + ".on('subscribed', () => seen.second = true)");
      war.publish("public:first", "2");
      Eventually.await("subscribed", () -> tab.js("return seen.second"), Boolean.TRUE::equals);
      war.publish("public:second", "1");
      war.publish("public:first", "3");
      Eventually.await("heard", () -> tab.seen("data"), List.of("1", "2", "3")::equals);
      Eventually.await("heard", () -> tab.seen("story"), story -> story.contains("second 1"));
      assertThat(tab.seen("states").stream().filter("live"::equals)).hasSize(1);
      front.refuseUpgrades(false);
      tab.js("dispatchEvent(new Event('online'))");
      Eventually.await("by WebSocket", () -> transport(tab), "websocket"::equals);
      awaitLive(tab);
      war.publish("public:first", "4");
      Eventually.await("heard", () -> tab.seen("data"), List.of("1", "2", "3", "4")::equals);
      assertThat(tab.seen("gaps")).isEmpty();
    }
  }
}
