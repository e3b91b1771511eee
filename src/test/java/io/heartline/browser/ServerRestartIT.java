package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Browser.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that ends under an open page, and comes back where it was. */
@ParameterizedClass
@EnumSource(Make.class)
class ServerRestartIT {
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

  @Test
  void theDemoPageComesBackToAServerThatForgetsAndTellsOfTheGap() throws IOException {
    RunningWar killed = RunningWar.start(folder, "heartline.store=memory");
    Tab tab = browser.open(killed.http("demo/").toString());
    awaitShown(tab, "live");
    String guest = tab.text("guest-name");
    killed.publish("public:demo", "\"before\"");
    Eventually.await("heard", () -> tab.texts("#feed .text"), List.of("before")::equals);
    killed.kill();
    Eventually.await(
        "told of the end",
        () -> tab.js("return document.body.dataset.state"),
        state -> !"live".equals(state));
    try (RunningWar again =
        RunningWar.start(folder, "heartline.store=memory", "heartline.port=" + killed.port())) {
      awaitShown(tab, "live");
      assertThat(tab.text("guest-name")).isEqualTo(guest);
      Eventually.await(
          "told of the gap",
          () -> tab.texts("#feed .gap strong"),
          gaps -> gaps.stream().anyMatch(gap -> gap.contains("public:demo")));
      Eventually.await(
          "one card for all channels",
          () -> tab.texts("#feed .gap strong"),
          gaps -> gaps.size() == 1
              && gaps.get(0).contains("updates")
              && gaps.get(0).contains("user:" + guest));
      assertThat(tab.texts("#feed .gap p")).anyMatch(text -> text.startsWith("What to do: "));
      assertThat(tab.text("heard-note")).isEqualTo("1 gap");
      again.publish("public:demo", "\"after\"");
      Eventually.await("heard", () -> tab.texts("#feed .text"), List.of("after", "before")::equals);
    }
  }

  @Test
  void aPageOfOnesOwnResumesAtAServerThatWasStoppedAndStartedAgain() throws IOException {
    RunningWar stopped = RunningWar.start(folder);
    try (Front front = Pages.on(new Front(stopped.port()))) {
      Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=public:stopped"));
      Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
      stopped.publish("public:stopped", "1");
      Eventually.await("heard", () -> tab.seen("data"), List.of("1")::equals);
      stopped.stop();
      Eventually.await("waiting", () -> tab.seen("states"), s -> s.contains("waiting"));
      assertThat(tab.seen("states")).startsWith("connecting", "live", "waiting");
      try (RunningWar again = RunningWar.start(folder, "heartline.port=" + stopped.port())) {
        Eventually.await("live", () -> tab.js("return line.state"), "live"::equals);
        again.publish("public:stopped", "2");
        Eventually.await("heard", () -> tab.seen("data"), List.of("1", "2")::equals);
        assertThat(tab.seen("gaps")).isEmpty();
        assertThat(tab.seen("errors")).isEmpty();
      }
    }
  }

  private static void awaitShown(Tab tab, String state) {
    Eventually.await(state, () -> tab.js("return document.body.dataset.state"), state::equals);
  }
}
