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
  void twoOldClientsThatAlwaysComeBackEndUpWithOneLine() throws IOException {
    WebSocketRecorder first = raw();
    first.assertRawLives();
    WebSocketRecorder second = raw();
    assertThat(first.closed()).isEqualTo(REPLACED);
    second.assertRawLives();
    WebSocketRecorder firstAgain = raw(); // evicted, comes back and evicts: now the seat is held
    assertThat(second.closed()).isEqualTo(REPLACED);
    firstAgain.assertRawLives();
    for (int i = 0; i < 3; i++) {
      Closed held = raw().closed();
      assertThat(held.code()).isEqualTo(4008);
      assertThat(held.reason()).matches("the seat is held for \\d+ ms");
    }
    publishToAnn("\"one line\"");
    assertThat(firstAgain.frame()).isEqualTo("one line");
    firstAgain.assertRawLives();
  }

  @Test
  void aHeldSeatIsRefusedWithADelayAndTakenByAUsersGesture() {
    WebSocketRecorder first = seated("tab-1");
    WebSocketRecorder second = seated("tab-2");
    assertReplaced(first);
    WebSocketRecorder firstAgain = seated("tab-1");
    assertReplaced(second);
    WebSocketRecorder secondAgain = page("tab-2", "");
    String bye = secondAgain.object();
    assertThat(bye).startsWith("{\"bye\":{\"code\":4008,").contains("\"reconnect\":true");
    assertThat(Long.parseLong(Json.field(bye, "delay"))).isBetween(1L, 10_001L);
    assertThat(secondAgain.closed().code()).isEqualTo(4008);
    firstAgain.assertPageLives();
    WebSocketRecorder taking = seated("tab-2", ",\"take\":true");
    assertReplaced(firstAgain);
    taking.assertPageLives();
  }

  @Test
  void theHolderMayComeBackWhileTheSeatIsHeld() {
    seated("tab-1");
    seated("tab-2");
    WebSocketRecorder firstAgain = seated("tab-1");
    WebSocketRecorder firstOnceMore = seated("tab-1");
    assertReplaced(firstAgain);
    firstOnceMore.assertPageLives();
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
