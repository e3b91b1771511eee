package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doors whose seats are set otherwise, and holders that no longer live. */
class SeatPoliciesIT {
  @TempDir
  static Path folder;

  private static RunningWar war;

  private Guest ann = new Guest("", "");

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.seats.line=oldest",
        "heartline.seats.user-channel=2",
        "heartline.seats.updatewebsocket=newest",
        "heartline.seats.wss=oldest",
        "heartline.probe=1s");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void newGuest() throws IOException {
    ann = war.guest();
  }

  private WebSocketRecorder raw(String door) {
    return WebSocketRecorder.raw(war.door(door), "Cookie", ann.cookie());
  }

  private WebSocketRecorder seated(String door) {
    return WebSocketRecorder.listening(war.door(door), "Cookie", ann.cookie());
  }

  private WebSocketRecorder page(String instance, String more) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
    line.send("{\"hello\":{\"instance\":\"" + instance + "\"" + more + "}}");
    return line;
  }

  private static void assertWelcome(String object) {
    assertThat(object).startsWith("{\"welcome\":{");
  }

  @Test
  void whereTheOldestWinsNewcomersAreClosedWith4505AlsoIfTheyWantToTakeIt() {
    WebSocketRecorder first = page("tab-1", "");
    assertWelcome(first.object());
    for (String more : new String[] {"", ",\"take\":true"}) {
      WebSocketRecorder second = page("tab-2", more);
      assertThat(second.object())
          .isEqualTo("{\"bye\":{\"code\":4505,\"reason\":\"all seats are taken\","
              + "\"reconnect\":false,\"delay\":0}}");
      assertThat(second.closed()).isEqualTo(new Closed(4505, "all seats are taken"));
    }
    first.assertPageLives();
  }

  @Test
  void whereTheOldestWinsItsOwnPageMayComeBack() {
    WebSocketRecorder first = page("tab-1", "");
    assertWelcome(first.object());
    WebSocketRecorder again = page("tab-1", "");
    assertWelcome(again.object());
    assertThat(first.closedAtLast().code()).isEqualTo(4500);
    again.assertPageLives();
  }

  @Test
  void ofTwoSeatsTheThirdRawLineIsRefusedWith4500AndTheCause() {
    WebSocketRecorder first = seated("ws/user-channel");
    WebSocketRecorder second = seated("ws/user-channel");
    WebSocketRecorder third = raw("ws/user-channel");
    assertThat(third.closed()).isEqualTo(new Closed(4500, "all seats are taken"));
    first.assertRawLives();
    second.assertRawLives();
    second.leave();
    assertThat(second.closed().code()).isEqualTo(1000);
    seated("ws/user-channel");
    first.assertRawLives();
  }

  @Test
  void aDoorWithoutSeatsCanBeGivenOne() {
    WebSocketRecorder first = seated("updatewebsocket");
    WebSocketRecorder second = seated("updatewebsocket");
    assertThat(first.closed().code()).isEqualTo(4500);
  }

  @Test
  void aDoorWithSeatsCanBeWithout(@TempDir Path other) throws IOException {
    try (RunningWar free =
        RunningWar.start(other, "heartline.seats.line=none", "heartline.seats.user-channel=none")) {
      Guest bob = free.guest();
      WebSocketRecorder[] lines = new WebSocketRecorder[4];
      for (int i = 0; i < lines.length; i++) {
        lines[i] = WebSocketRecorder.raw(free.door("ws/user-channel"), "Cookie", bob.cookie());
      }
      for (WebSocketRecorder line : lines) {
        line.assertRawLives();
      }
    }
  }

  @Test
  void aPageThatDoesNotAnswerTheProbeLosesTheSeatToTheNewcomer() throws IOException {
    try (RawSocketClient halfOpen =
        RawSocketClient.openPage(war.door("line"), 0, "Cookie", ann.cookie())) {
      halfOpen.text("{\"hello\":{\"instance\":\"tab-1\"}}");
      assertWelcome(halfOpen.readText());
      WebSocketRecorder second = page("tab-2", "");
      assertWelcome(second.object());
      assertThat(halfOpen.readText()).startsWith("{\"beat\":");
      assertThat(halfOpen.readText()).startsWith("{\"bye\":{\"code\":4003,");
      assertThat(halfOpen.readClose().code()).isEqualTo(4003);
      second.assertPageLives();
    }
  }

  @Test
  void aRawLineThatDoesNotAnswerTheProbeLosesTheSeatToTheNewcomer() throws IOException {
    WebSocketRecorder living = seated("ws/user-channel");
    try (RawSocketClient halfOpen =
        RawSocketClient.open(war.door("ws/user-channel"), 0, "Cookie", ann.cookie())) {
      halfOpen.assertRawLives();
      WebSocketRecorder third = raw("ws/user-channel");
      third.assertRawLives();
      living.assertRawLives();
      assertThat(halfOpen.readCloseAtLast().code()).isEqualTo(4003);
    }
  }

  @Test
  void aHeldSeatIsLostByAHolderThatDoesNotAnswerTheProbe() throws IOException {
    for (int i = 0; i < 6; i++) { // clients that come back after every close
      seated("updatewebsocket");
    }
    try (RawSocketClient halfOpen =
        RawSocketClient.open(war.door("updatewebsocket"), 0, "Cookie", ann.cookie())) {
      halfOpen.assertRawLives(); // the fifth return: now the seat is held for it
      WebSocketRecorder next = raw("updatewebsocket");
      next.assertRawLives();
      assertThat(halfOpen.readCloseAtLast().code()).isEqualTo(4003);
    }
  }

  @Test
  void whatARawClientSaysWhileItsSeatIsUndecidedIsAnsweredAfterwards() throws IOException {
    try (RawSocketClient halfOpen =
        RawSocketClient.open(war.door("wss"), 0, "Cookie", ann.cookie())) {
      assertThat(halfOpen.readText()).startsWith("Server: ");
      WebSocketRecorder second = raw("wss");
      second.send("one");
      second.send("two");
      assertThat(second.frame()).isEqualTo("Server: 收到我的消息了嘛");
      assertThat(second.frame()).isEqualTo("Server: Received(one)");
      assertThat(second.frame()).isEqualTo("Server: Received(two)");
    }
  }
}
