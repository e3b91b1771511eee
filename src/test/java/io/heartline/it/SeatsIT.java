package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest line of a user has the seat. */
class SeatsIT {
  private static final Closed REPLACED = new Closed(4500, "a newer line took the seat");

  @TempDir
  static Path folder;

  private static RunningWar war;

  private Guest ann = new Guest("", "");

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder);
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  @BeforeEach
  void newGuest() throws IOException {
    ann = war.guest();
  }

  private WebSocketRecorder raw() {
    return WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", ann.cookie());
  }

  /** A page whose hello was sent and whose answer was not read yet. */
  private WebSocketRecorder page(String instance, String more) {
    WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
    line.send("{\"hello\":{\"instance\":\"" + instance + "\"" + more + "}}");
    return line;
  }

  private WebSocketRecorder seated(String instance, String more) {
    WebSocketRecorder line = page(instance, more);
    assertThat(line.object()).startsWith("{\"welcome\":{").contains('"' + instance + '"');
    return line;
  }

  private WebSocketRecorder seated(String instance) {
    return seated(instance, "");
  }

  private static void assertReplaced(WebSocketRecorder page) {
    assertThat(page.object())
        .isEqualTo("{\"bye\":{\"code\":4500,\"reason\":\"a newer line took the seat\","
            + "\"reconnect\":false,\"delay\":0}}");
    assertThat(page.closed()).isEqualTo(REPLACED);
  }

  private void publishToAnn(String data) throws IOException {
    assertThat(war.publish("{\"user\":\"" + ann.user() + "\",\"data\":" + data + "}")
            .statusCode())
        .isEqualTo(200);
  }

  @Test
  void theSecondRawLineOfAUserTakesTheSeatAndTheFirstIsTold() throws IOException {
    WebSocketRecorder first = raw();
    first.assertRawLives();
    WebSocketRecorder second = raw();
    assertThat(first.closed()).isEqualTo(REPLACED);
    second.assertRawLives();
    publishToAnn("\"to the second\"");
    assertThat(second.frame()).isEqualTo("to the second");
    second.assertRawLives();
  }

  @Test
  void theCloseOfAReplacedLineNeverHurtsItsSuccessor() throws IOException {
    WebSocketRecorder holder = seated("tab");
    for (int i = 0; i < 5; i++) {
      WebSocketRecorder successor = seated("tab");
      assertReplaced(holder); // did its close free the seat, the next one would replace nobody
      successor.send("{\"subscribe\":\"user:" + ann.user() + "\"}");
      assertThat(successor.object()).startsWith("{\"subscribed\":");
      for (int n = 1; n <= 3; n++) {
        publishToAnn(String.valueOf(n));
        assertThat(successor.object()).endsWith("\"data\":" + n + "}");
      }
      holder = successor;
    }
    holder.assertPageLives();
  }

  @Test
  void aPageThatIsReplacedIsToldByeBeforeTheClose() throws IOException {
    WebSocketRecorder first = seated("tab-1");
    WebSocketRecorder second = seated("tab-2");
    assertReplaced(first);
    second.assertPageLives();
  }

  @Test
  void theSeatIsClaimedByTheFirstFrameAndNotByComing() {
    WebSocketRecorder first = seated("tab-1");
    WebSocketRecorder silent = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
    first.assertPageLives();
    silent.send("{\"probe\":1}");
    assertThat(silent.object()).startsWith("{\"welcome\":{");
    assertThat(silent.object()).isEqualTo("{\"probed\":1}");
    assertReplaced(first);
  }

  @Test
  void seatsOfDifferentDoorsAndUsersAreDifferentSeats() throws IOException {
    WebSocketRecorder raw = raw();
    WebSocketRecorder page = seated("tab");
    Guest bob = war.guest();
    WebSocketRecorder bobs =
        WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", bob.cookie());
    WebSocketRecorder updates =
        WebSocketRecorder.raw(war.door("updatewebsocket"), "Cookie", ann.cookie());
    WebSocketRecorder moreUpdates =
        WebSocketRecorder.raw(war.door("updatewebsocket"), "Cookie", ann.cookie());
    bobs.assertRawLives();
    updates.assertRawLives();
    moreUpdates.assertRawLives();
    raw.assertRawLives();
    page.assertPageLives();
  }

  @Test
  void anonymousLinesHoldNoSeat() {
    List<WebSocketRecorder> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lines.add(WebSocketRecorder.raw(war.door("ws/user-channel")));
    }
    lines.forEach(WebSocketRecorder::assertRawLives);
  }

  @Test
  void aSeatThatWasLeftIsFree() throws IOException {
    WebSocketRecorder first = raw();
    first.assertRawLives();
    first.leave();
    assertThat(first.closed().code()).isEqualTo(1000);
    WebSocketRecorder second = raw();
    second.assertRawLives();
  }

  @Test
  void theSamePageComingBackReplacesItsOwnLineAsOftenAsItLikes() {
    WebSocketRecorder line = seated("tab-1");
    for (int i = 0; i < 6; i++) {
      WebSocketRecorder again = seated("tab-1");
      assertReplaced(line);
      line = again;
    }
    WebSocketRecorder other = seated("tab-2");
    assertReplaced(line);
    other.assertPageLives();
  }

  @Test
  void twoRawPagesReloadedByTurnsAreNeverHeldOff() throws IOException {
    WebSocketRecorder last = raw();
    for (int i = 0; i < 4; i++) { // open x, open y, reload x, y, x: those that are replaced obey
      last.assertRawLives();
      WebSocketRecorder next = raw();
      assertThat(last.closed()).isEqualTo(REPLACED);
      last = next;
    }
    publishToAnn("\"to the page loaded last\"");
    assertThat(last.frame()).isEqualTo("to the page loaded last");
    last.assertRawLives();
  }

  @Test
  void twoPagesReloadedByTurnsAreNeverHeldOff() {
    WebSocketRecorder last = seated("x");
    for (String reloaded : List.of("y", "x", "y", "x")) {
      WebSocketRecorder next = seated(reloaded);
      assertReplaced(last);
      last = next;
    }
    last.assertPageLives();
  }

  /** Two old clients that come back after every close, until the seat is held for the last. */
  private WebSocketRecorder war() {
    WebSocketRecorder holder = raw();
    for (int i = 0; i < 6; i++) { // an eviction, and five returns
      holder.assertRawLives();
      WebSocketRecorder next = raw();
      assertThat(holder.closed()).isEqualTo(REPLACED);
      holder = next;
    }
    return holder;
  }

  @Test
  void twoOldClientsThatAlwaysComeBackEndUpWithOneLine() throws IOException {
    WebSocketRecorder holder = war();
    for (int i = 0; i < 3; i++) {
      Closed held = raw().closed();
      assertThat(held.code()).isEqualTo(4008);
      assertThat(held.reason()).matches("the seat is held for \\d+ ms");
    }
    publishToAnn("\"one line\"");
    assertThat(holder.frame()).isEqualTo("one line");
    holder.assertRawLives();
  }

  @Test
  void aWarOfTwoClientsThatComeBackAfterEveryCloseIsDamped() throws InterruptedException {
    AtomicInteger replaced = new AtomicInteger();
    CountDownLatch heldOff = new CountDownLatch(10);
    for (int i = 0; i < 2; i++) {
      Thread client = new Thread(() -> {
        while (heldOff.getCount() > 0) {
          if (raw().closedAtLast().code() == 4008) {
            heldOff.countDown();
          } else {
            replaced.incrementAndGet();
          }
        }
      });
      client.setDaemon(true);
      client.setUncaughtExceptionHandler((thread, waitedInVain) -> {}); // who has the seat at last
      client.start();
    }
    assertThat(heldOff.await(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
        .as("held off ten times, after %s evictions", replaced)
        .isTrue();
    assertThat(replaced.get()).isBetween(6, 25);
  }

  @Test
  void aHeldSeatIsRefusedWithADelayAndTakenByAUsersGesture() {
    WebSocketRecorder holder = pageWar();
    WebSocketRecorder again = page("tab-2", "");
    String bye = again.object();
    assertThat(bye).startsWith("{\"bye\":{\"code\":4008,").contains("\"reconnect\":true");
    assertThat(Long.parseLong(Json.field(bye, "delay"))).isBetween(1L, 10_000L);
    assertThat(again.closed().code()).isEqualTo(4008);
    holder.assertPageLives();
    WebSocketRecorder taking = seated("tab-2", ",\"take\":true");
    assertReplaced(holder);
    taking.assertPageLives();
  }

  /** Two pages that do not obey 4500, until the seat is held for tab-1. */
  private WebSocketRecorder pageWar() {
    for (int i = 0; i < 3; i++) {
      seated("tab-1");
      seated("tab-2");
    }
    return seated("tab-1");
  }

  @Test
  void theHolderMayComeBackWhileTheSeatIsHeld() {
    WebSocketRecorder holder = pageWar();
    WebSocketRecorder onceMore = seated("tab-1");
    assertReplaced(holder);
    onceMore.assertPageLives();
  }

  @Test
  void howeverManyComeAtOnceAllYieldToTheNewest() throws IOException {
    List<CompletableFuture<WebSocketRecorder>> coming = IntStream.range(0, 12)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
          WebSocketRecorder line = page("crowd-" + i, "");
          line.object(); // seated or sent away: what it said has been heard before the newest comes
          return line;
        }))
        .toList();
    List<WebSocketRecorder> lines = coming.stream().map(CompletableFuture::join).toList();
    WebSocketRecorder newest = seated("newest");
    for (WebSocketRecorder line : lines) {
      assertThat(line.closedAtLast()).isEqualTo(REPLACED);
    }
    newest.assertPageLives();
  }
}
