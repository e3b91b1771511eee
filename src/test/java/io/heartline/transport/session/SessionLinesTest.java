package io.heartline.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.Line;
import io.heartline.engine.Outgoing;
import io.heartline.engine.SeatPolicy;
import io.heartline.model.CloseStatus;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import jakarta.servlet.http.HttpSession;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionLinesTest {
  private static final int OWN = 1800;

  private final FakeTime time = new FakeTime();
  private final SessionLines lines = new SessionLines(SessionPolicy.EXTEND, time);
  private final ScriptedHttpSession scripted = new ScriptedHttpSession("s1", time);
  private final HttpSession session = scripted.session;

  private long now() {
    return time.epochMicros() / 1000;
  }

  private Line line() {
    return open(Engines.idle(time));
  }

  static Line open(Engine engine) {
    Duration beat = Duration.ofSeconds(1);
    Door door =
        new Door("events", new EventsProtocol(), SeatPolicy.NONE, beat, null, user -> List.of());
    return engine.open(door, new Deaf(), Arrivals.of(null)).orElseThrow();
  }

  private void hoursPass(int hours) {
    for (int i = 0; i < hours * 60; i++) {
      time.advance(Duration.ofMinutes(1));
      lines.tend();
    }
  }

  @Test
  void linesAreFoundByTheirSessionUntilTheyAreGone() {
    Line stream = line();
    lines.attach(session, stream);
    assertThat(lines.of("s1")).containsExactly(stream);
    assertThat(lines.of("s2")).isEmpty();
    stream.closed(1006);
    assertThat(lines.of("s1")).isEmpty();
  }

  /** Tomcat counts idle time from the end of a request, and a stream is one. */
  @Test
  void aStreamThatWasOpenForHoursLeavesTheSessionItsOwnIntervalOnly() {
    Line stream = line();
    lines.attach(session, stream);
    hoursPass(8);
    assertThat(scripted.intervalSeconds).isGreaterThan(8 * 3600);
    stream.closed(1006);
    scripted.accessedMillis = now();
    time.advance(Duration.ofSeconds(1));
    lines.tend();
    assertThat(scripted.intervalSeconds).isEqualTo(OWN);
    assertThat(scripted.hasAttributes()).isFalse();
  }

  /** The container counts idle time from the upgrade, however long ago. */
  @Test
  void afterAWebSocketTheSessionLivesOnAsAfterARequest() {
    Line webSocket = line();
    lines.attach(session, webSocket);
    hoursPass(8);
    webSocket.closed(1006);
    time.advance(Duration.ofSeconds(1));
    lines.tend();
    assertThat(Interval.left(session, now())).isBetween(OWN * 400L, OWN * 1000L);
  }

  /** The container may close it, and report that, while it is still being opened. */
  @Test
  void aLineThatWasGoneBeforeItWasKnownHereDoesNotStay() {
    Line line = line();
    line.closed(1006);
    lines.attach(session, line);
    assertThat(lines.size()).isZero();
  }

  @Test
  void aLineThatEndsByItselfDoesNotStay() {
    Line line = line();
    lines.attach(session, line);
    line.closed(1006);
    assertThat(lines.size()).isZero();
    lines.tend(); // a last time
    int extensions = scripted.extensions;
    hoursPass(2);
    assertThat(scripted.extensions).as("the session is kept alive").isEqualTo(extensions);
  }

  @Test
  void theSessionIsLookedAfterUntilItsLastLineIsGone() {
    Line one = line();
    Line other = line();
    lines.attach(session, one);
    lines.attach(session, other);
    one.closed(1006);
    assertThat(lines.size()).isOne();
    other.closed(1006);
    assertThat(lines.size()).isZero();
  }

  /** A log-in in another tab changes the id while a line is opened. */
  @Test
  void aSessionWhoseIdChangesWhileItsLineIsAddedIsFollowed() throws InterruptedException {
    Engine engine = Engines.idle(time);
    engine.start();
    Line line = open(engine);
    Thread change = new Thread(() -> scripted.changeId("s2", lines));
    scripted.onGetId = () -> runAside(change);
    lines.attach(session, line);
    change.join();
    scripted.end(lines);
    awaitEnd(line);
    engine.close();
  }

  /** With every policy: here nobody else would look after the session. */
  @ParameterizedTest
  @EnumSource(SessionPolicy.class)
  void aLogOutWhileALineIsAddedEndsTheLine(SessionPolicy policy) throws InterruptedException {
    SessionLines lines = new SessionLines(policy, time);
    Engine engine = Engines.idle(time);
    engine.start();
    Line line = open(engine);
    scripted.intervalSeconds = -1; // it never times out
    scripted.onGetInterval = () -> scripted.end(lines);
    lines.attach(session, line);
    lines.tend();
    awaitEnd(line);
    assertThat(lines.size()).isZero();
    engine.close();
  }

  /** WildFly ends only the first of the sessions that a login has here. */
  @Test
  void theEndOfOneSessionOfALoginEndsTheLinesOfAllAndOfNoOtherLogin() throws InterruptedException {
    Engine engine = Engines.idle(time);
    engine.start();
    ScriptedHttpSession second = new ScriptedHttpSession("s2", time);
    ScriptedHttpSession others = new ScriptedHttpSession("s3", time);
    session.setAttribute(SingleSignOnFilter.LOGIN, "ann's");
    second.session.setAttribute(SingleSignOnFilter.LOGIN, "ann's");
    others.session.setAttribute(SingleSignOnFilter.LOGIN, "bob's");
    Line one = open(engine);
    Line other = open(engine);
    Line bobs = open(engine);
    lines.attach(session, one);
    lines.attach(second.session, other);
    lines.attach(others.session, bobs);
    scripted.end(lines);
    awaitEnd(one);
    awaitEnd(other);
    assertThat(bobs.isGone()).isFalse();
    engine.close();
  }

  /** Runs it to its end, or to where it waits for somebody who waits for us. */
  static void runAside(Thread thread) {
    thread.start();
    while (thread.getState() != Thread.State.BLOCKED
        && thread.getState() != Thread.State.TERMINATED) {
      Thread.yield();
    }
  }

  private static void awaitEnd(Line line) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!line.isGone()) {
      assertThat(System.nanoTime() - deadline).as("%s must end", line).isNegative();
      Thread.sleep(5);
    }
  }

  /** Takes all, and shows it to nobody. */
  private static final class Deaf implements Connection {
    @Override
    public void write(Outgoing outgoing, Mode mode, Done done) {
      done.done(null);
    }

    @Override
    public void close(CloseStatus status) {}

    @Override
    public void cut(CloseStatus status) {}
  }
}
