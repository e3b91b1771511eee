package io.heartline.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.container.probe.ProbeInitializer;
import io.heartline.container.probe.ProbeServlet;
import io.heartline.testing.Json;
import io.heartline.testing.WebSocketRecorder;
import io.heartline.testing.WebSocketRecorder.Closed;
import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP sessions and lines: the policy decides what they mean to each other, the container never
 * does. With sessions of two seconds, anonymous and of a user whom the container has logged in.
 */
@ExtendWith(ArquillianExtension.class)
class SessionsIT {
  private static final int SECONDS = 2;
  private static final Closed LOGGED_OUT = new Closed(4503, "logged out");

  /** The same on a raw door, whose clients know 4500 only. */
  private static final Closed STAY_AWAY = new Closed(4500, "logged out");

  private static final AtomicInteger LABELS = new AtomicInteger();

  private final Deployed extend = new Deployed("heartline-extend");
  private final Deployed bind = new Deployed("heartline-bind");
  private final Deployed detach = new Deployed("heartline-detach");

  @Deployment(name = "extend", testable = false)
  static WebArchive extend() {
    return withProbe("extend");
  }

  @Deployment(name = "bind", testable = false)
  static WebArchive bind() {
    return withProbe("bind");
  }

  @Deployment(name = "detach", testable = false)
  static WebArchive detach() {
    return withProbe("detach");
  }

  private static WebArchive withProbe(String policy) {
    JavaArchive probe = ShrinkWrap.create(JavaArchive.class, "probe.jar")
        .addClasses(ProbeInitializer.class, ProbeServlet.class)
        .addAsServiceProvider(ServletContainerInitializer.class, ProbeInitializer.class);
    return Deployed.archive(
            "heartline-" + policy,
            "heartline.http-session=" + policy,
            "heartline.beat=1s",
            "heartline.grace=1m",
            "heartline.seats.line=none",
            "heartline.seats.user-channel=none")
        .addAsLibrary(probe);
  }

  /** A session of one browser. */
  private record Login(Deployed war, String label, String cookie, String user) {
    static Login begin(Deployed war, String user) throws IOException {
      return begin(war, user, SECONDS);
    }

    static Login begin(Deployed war, String user, int seconds) throws IOException {
      String label = "session-" + LABELS.incrementAndGet();
      HttpResponse<String> answer = war.get("probe?do=begin&seconds=" + seconds + "&label=" + label
          + (user.equals("anonymous") ? "" : "&user=" + user));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(user.equals("anonymous") ? "null" : user);
      return new Login(war, label, Deployed.session(answer), answer.body());
    }

    WebSocketRecorder page() {
      WebSocketRecorder line = WebSocketRecorder.page(war.door("line"), "Cookie", cookie);
      line.send("{\"hello\":{}}");
      String welcome = line.object();
      assertThat(welcome).startsWith("{\"welcome\":{");
      if (!user.equals("null")) {
        assertThat(Json.field(welcome, "user")).isEqualTo(user);
      }
      return line;
    }

    /** For policies that tell a page nothing of its session. */
    WebSocketRecorder subscriber() {
      WebSocketRecorder line = page();
      line.send(Contract.subscribe("updates"));
      assertThat(line.object()).startsWith("{\"subscribed\":");
      return line;
    }

    WebSocketRecorder raw() {
      WebSocketRecorder line = WebSocketRecorder.raw(war.door("ws/user-channel"), "Cookie", cookie);
      line.assertRawLives();
      return line;
    }

    boolean ended() throws IOException {
      return war.get("probe?do=ended&label=" + label).body().equals("true");
    }

    void logOut() throws IOException {
      assertThat(war.get("probe?do=end", "Cookie", cookie).body()).isEqualTo("true");
    }
  }

  private static void assertToldLoggedOut(WebSocketRecorder page, String object) {
    assertThat(object).startsWith("{\"bye\":{\"code\":4503,");
    assertThat(page.closed()).isEqualTo(LOGGED_OUT);
  }

  private static String assertToldItExpires(WebSocketRecorder page, int withinMillis) {
    String object = page.object();
    assertThat(object).startsWith("{\"expiring\":");
    while (object.startsWith("{\"expiring\":")) { // again when a request has moved the end
      assertThat(Integer.parseInt(Json.field(object, "expiring"))).isBetween(0, withinMillis);
      object = page.object();
    }
    return object;
  }

  @Test
  void theApplicationEndsTheLinesOfOneSessionByItsId() throws IOException {
    Login left = Login.begin(extend, "ann", 600);
    Login stays = Login.begin(extend, "ann", 600);
    WebSocketRecorder page = left.page();
    WebSocketRecorder raw = left.raw();
    WebSocketRecorder other = stays.raw();
    String id = extend.get("probe?do=id", "Cookie", left.cookie()).body();
    assertThat(extend
            .post("api/disconnect", "{\"session\":\"" + id + "\",\"reason\":\"logged-out\"}")
            .body())
        .isEqualTo("{\"closed\":2}");
    assertToldLoggedOut(page, page.object());
    assertThat(raw.closed()).isEqualTo(STAY_AWAY);
    other.assertRawLives();
    other.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "ann"})
  void extendKeepsSessionAndLineWhileOnlyPushesFlow(String user) throws IOException {
    Login login = Login.begin(extend, user);
    WebSocketRecorder page = login.subscriber();
    WebSocketRecorder raw = login.raw();
    for (int i = 0; i < 5 * SECONDS; i++) {
      extend.publish("updates", String.valueOf(i));
      assertThat(page.object()).endsWith("\"data\":" + i + "}");
      assertThat(raw.frame()).isEqualTo(String.valueOf(i));
      Contract.pause(1_000);
    }
    assertThat(login.ended()).isFalse();
    page.assertPageLives();
    raw.assertRawLives();
    page.leave();
    raw.leave();
    Contract.eventually("without lines the session times out", login::ended);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "ann"})
  void loggingOutEndsTheLinesAtOnceWhateverThePolicy(String user) throws IOException {
    for (Deployed war : List.of(extend, bind, detach)) {
      Login login = Login.begin(war, user, 600);
      WebSocketRecorder page = login.page();
      WebSocketRecorder raw = login.raw();
      login.logOut();
      assertToldLoggedOut(page, page.object());
      assertThat(raw.closed()).isEqualTo(STAY_AWAY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "ann"})
  void bindEndsTheLinesWithTheSession(String user) throws IOException {
    Login login = Login.begin(bind, user);
    WebSocketRecorder page = login.page();
    WebSocketRecorder raw = login.raw();
    assertToldLoggedOut(page, assertToldItExpires(page, SECONDS * 1_000));
    assertThat(raw.closed()).isEqualTo(STAY_AWAY);
    assertThat(login.ended()).isTrue();
  }

  @Test
  void bindWarnsAMinuteAheadAndNotBefore() throws IOException {
    Login login = Login.begin(bind, "ann", 63);
    WebSocketRecorder page = login.page();
    page.send(Contract.subscribe("updates"));
    assertThat(page.object()).startsWith("{\"subscribed\":");
    String expiring = page.object();
    assertThat(expiring).matches("\\{\"expiring\":\\d+}");
    assertThat(Integer.parseInt(Json.field(expiring, "expiring"))).isBetween(1, 60_000);
    page.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "ann"})
  void detachLetsTheSessionEndAndTheLinesGoOn(String user) throws IOException {
    Login login = Login.begin(detach, user);
    WebSocketRecorder page = login.subscriber();
    WebSocketRecorder raw = login.raw();
    Contract.eventually("the session times out although lines are open", login::ended);
    Contract.pause(1_500);
    detach.publish("updates", "\"after\"");
    assertThat(page.object()).endsWith("\"data\":\"after\"}");
    assertThat(raw.frame()).isEqualTo("after");
    page.assertPageLives();
    raw.assertRawLives();
    page.leave();
    raw.leave();
  }

  @Test
  void whoIsLoggedInByTheContainerIsTheUserOfHisLines() throws IOException {
    Login login = Login.begin(extend, "ann");
    WebSocketRecorder raw = login.raw();
    extend.post("api/publish", "{\"user\":\"ann\",\"data\":\"for ann\"}");
    assertThat(raw.frame()).isEqualTo("for ann");
    raw.leave();
  }
}
