package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.SlowCrowd;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that send or read slowly, more than the container has threads, keep nobody waiting. */
@ExtendWith(ArquillianExtension.class)
class SlowClientsIT {
  private static final String NAME = "heartline-slow";

  /** Tomcat has 200 threads, WildFly 16 for each core. */
  private static final int CROWD = 210;

  private static final String JSON = "Content-Type: application/json";
  private static final String KEY = "Authorization: Bearer contract-key";

  private final Deployed war = new Deployed(NAME);

  @Deployment(testable = false)
  static WebArchive heartline() {
    return Deployed.archive(NAME, "heartline.api.body-timeout=3s", "heartline.api.body=4MiB");
  }

  private void assertOthersAreServed() throws IOException {
    WebSocketRecorder page = Contract.page(war);
    for (int i = 0; i < 4; i++) {
      assertThat(war.get("health/live").statusCode()).isEqualTo(200);
      war.publish("public:crowd", "1");
      Contract.pause(300);
    }
    page.assertPageLives();
    page.leave();
  }

  @Test
  void whoHasNoKeyIsAnsweredBeforeTheBodyAndClosed() throws IOException {
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD, "POST", war.http("api/publish"), JSON, "Content-Length: 1000")
        .drip()) {
      assertOthersAreServed();
      crowd.assertAnsweredAndClosed(401);
    }
  }

  @Test
  void bodiesThatComeAByteAtATimeAreGivenUp() throws IOException {
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD, "POST", war.http("api/publish"), JSON, KEY, "Content-Length: 1000")
        .drip()) {
      assertOthersAreServed();
      crowd.assertAnsweredAndClosed(408);
    }
  }

  @Test
  void bodiesWhereNobodyReadsOneAreRefused() throws IOException {
    try (SlowCrowd crowd = SlowCrowd.open(
            CROWD, "POST", war.http("heartline.js"), "Content-Length: 1000")
        .drip()) {
      assertOthersAreServed();
      crowd.assertAnsweredAndClosed(413);
    }
  }

  @Test
  void whoDoesNotReadAnAnswerHoldsNothing() throws IOException {
    war.publish("public:long", "\"" + "x".repeat(400_000) + "\"");
    try (SlowCrowd crowd =
        SlowCrowd.open(CROWD, "GET", war.http("api/history?channel=public:long&last=1"))) {
      assertOthersAreServed();
    }
  }

  @Test
  void aBodyThatComesInPiecesIsTaken() throws IOException {
    String body = "{\"channel\":\"public:pieces\",\"data\":\"" + "x".repeat(1 << 20) + "\"}";
    assertThat(war.post("api/publish", body).statusCode()).isEqualTo(200);
    assertThat(war.get("api/history?channel=public:pieces&last=1").body()).contains("xxx");
  }
}
