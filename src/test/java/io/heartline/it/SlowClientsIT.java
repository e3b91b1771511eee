package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RunningWar;
import io.heartline.testing.SlowCrowd;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send or read slowly, more than the server has threads, keep nobody waiting. */
class SlowClientsIT {
  /** Tomcat has 200 threads. */
  private static final int CROWD = 210;

  /** More than sockets hold between two processes. */
  private static final int LONG = 400_000;

  @TempDir
  static Path folder;

  private static RunningWar war;
  private final List<WebSocketRecorder> lines = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(
        folder,
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.api.body-timeout=4s",
        "heartline.api.body=4MiB");
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private void openLines() {
    for (int i = 0; i < 5; i++) {
      WebSocketRecorder line = WebSocketRecorder.page(war.door("line"));
      line.send("{\"hello\":{}}");
      assertThat(line.object()).startsWith("{\"welcome\"");
      lines.add(line);
    }
  }

  /** For longer than a line may leave its beats unanswered. */
  private void assertEverybodyElseIsServed() throws IOException {
    for (int i = 0; i < 8; i++) {
      assertThat(war.get("health/live").statusCode()).isEqualTo(200);
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
      war.publish("public:crowd", "1");
      pause(500);
    }
    for (WebSocketRecorder line : lines) {
      line.assertPageLives();
      line.leave();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoHasNoKeyIsAnsweredBeforeTheBodyAndClosed() throws IOException {
    openLines();
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD,
            "POST",
            war.http("api/publish"),
            "Content-Type: application/json",
            "Content-Length: 1000")
        .drip()) {
      assertEverybodyElseIsServed();
      crowd.assertAnsweredAndClosed(401);
    }
  }

  @Test
  void bodiesThatComeAByteAtATimeAreGivenUp() throws IOException {
    openLines();
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD,
            "POST",
            war.http("api/publish"),
            "Content-Type: application/json",
            "Content-Length: 1000",
            "Authorization: Bearer " + war.key())
        .drip()) {
      assertEverybodyElseIsServed();
      crowd.assertAnsweredAndClosed(408);
    }
  }

  @Test
  void whoPromisesMoreThanTheySendIsGivenUp() throws IOException {
    openLines();
    try (SlowCrowd crowd = SlowCrowd.open(
        CROWD,
        "POST",
        war.http("api/publish"),
        "Content-Type: application/json",
        "Content-Length: 1000",
        "Authorization: Bearer " + war.key(),
        "",
        "{\"channel\":")) {
      assertEverybodyElseIsServed();
      crowd.assertAnsweredAndClosed(408);
    }
  }

  @Test
  void whoPromisesTooMuchIsRefusedAtOnce() throws IOException {
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD,
            "POST",
            war.http("api/publish"),
            "Content-Type: application/json",
            "Content-Length: 99999999999",
            "Authorization: Bearer " + war.key())
        .drip()) {
      assertThat(war.get("health/live").statusCode()).isEqualTo(200);
      crowd.assertAnsweredAndClosed(413);
    }
  }

  @Test
  void bodiesWhereNobodyReadsOneAreRefused() throws IOException {
    for (String path :
        List.of("heartline.js", "not-there", "line", "events?channels=updates", "demo/")) {
      try (SlowCrowd crowd = SlowCrowd.open(
              CROWD / 4, "POST", war.http(path), "Content-Length: 1000")
          .drip()) {
        assertThat(war.get("health/live").statusCode()).isEqualTo(200);
        crowd.assertAnsweredAndClosed(413);
      }
    }
  }

  @Test
  void whoDoesNotReadAnAnswerHoldsNothing() throws IOException {
    war.publish("public:long", "\"" + "x".repeat(LONG) + "\"");
    openLines();
    try (SlowCrowd crowd =
        SlowCrowd.open(CROWD, "GET", war.http("api/history?channel=public:long&last=1"))) {
      assertEverybodyElseIsServed();
    }
    // and what was kept for them is free again
    for (int i = 0; war.get("api/history?channel=public:long&last=1").statusCode() != 200; i++) {
      assertThat(i).isLessThan(100);
      pause(300);
    }
  }
}
