package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.json.EventsProtocol;
import io.heartline.testing.Arrivals;
import io.heartline.testing.RecordingLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log says of lines: who, from where, how long, and how they ended. */
class LineLogTest {
  private static final Door PAGES = Rig.pages(SeatPolicy.NEWEST);

  private final Rig rig = new Rig();
  private final RecordingLog log = new RecordingLog();
  private final LineLog lines = new LineLog(rig.engine, address -> address, log);
  private final RecordingConnection connection = new RecordingConnection();

  @BeforeEach
  void listen() {
    rig.engine.listen(lines);
  }

  private Line page(User user, RecordingConnection connection) {
    Line line = rig.open(PAGES, user, connection);
    rig.say(line, "{\"hello\":{\"instance\":\"tab-1\"}}");
    return line;
  }

  private String who(Line line) {
    return "line " + line.id() + " of ann from " + Arrivals.ADDRESS
        + " at door line (instance tab-1)";
  }

  @Test
  void aLineThatDoesNotAnswerIsToldWithAllThatIsAsked() {
    Line line = page(Rig.ANN, connection);
    assertThat(log.next()).containsExactly("DEBUG " + who(line) + " opened");
    rig.pass(Duration.ofSeconds(35));
    assertThat(log.next())
        .containsExactly("INFO " + who(line)
            + " ended after 35 s: 4003 no-answer (closed by us: no answer to beats)");
  }

  @Test
  void aLineThatTheNetworkLostIsTold() {
    Line line = page(Rig.ANN, connection);
    log.next();
    rig.time.advance(Duration.ofMinutes(192).plusSeconds(7));
    line.closed(1006, "");
    assertThat(log.next())
        .containsExactly(
            "INFO " + who(line) + " ended after 3 h 12 min: 1006 (lost without a close:"
                + " the network broke, or the client vanished)");
  }

  @Test
  void whatEndsAsItShouldIsToldAtDebugOnly() {
    Line left = page(Rig.ANN, connection);
    log.next();
    left.closed(1001, "page hidden");
    assertThat(log.next())
        .containsExactly(
            "DEBUG " + who(left) + " ended after 0 ms: 1001 (closed by the client: page hidden)");
    Line replaced = page(Rig.ANN, new RecordingConnection());
    log.next();
    page(Rig.ANN, new RecordingConnection());
    rig.settle();
    assertThat(log.next())
        .contains("DEBUG " + who(replaced)
            + " ended after 0 ms: 4500 replaced (closed by us: a newer line took the seat)")
        .allMatch(line -> line.startsWith("DEBUG"));
  }

  @Test
  void aStreamsEndSaysNothingOfItsCauseAndIsNoFault() {
    Door events = new Door(
        "events",
        new EventsProtocol(),
        SeatPolicy.NONE,
        Duration.ofSeconds(25),
        null,
        user -> List.of());
    rig.open(events, Rig.ANN, connection).closed(1006);
    assertThat(log.next()).last().asString().startsWith("DEBUG").contains("the reader left, or");
  }

  @Test
  void strangersAreToldAtDebugOnly() {
    rig.open(PAGES, null, connection).closed(1006);
    rig.open(PAGES, null, new RecordingConnection()).closed(1009);
    rig.open(PAGES, null, new RecordingConnection()).close(CloseStatus.malformed("nonsense"));
    rig.settle();
    assertThat(log.next()).hasSize(3).allMatch(line -> line.startsWith("DEBUG"));
  }

  @Test
  void whatTheContainerEndedForABrokenRuleIsToldAsSuch() {
    Line line = page(Rig.ANN, connection);
    log.next();
    line.closed(1007, "not\nUTF-8");
    assertThat(log.next())
        .containsExactly(
            "INFO " + who(line) + " ended after 0 ms: 1007 (closed by the container for"
                + " what the client sent, or by the client: not?UTF-8)");
  }

  @Test
  void namesOfUsersAndInstancesAreCleaned() {
    User evil = new User("ann\u2028\u202e");
    Line line = rig.open(PAGES, evil, connection);
    rig.say(line, "{\"hello\":{\"instance\":\"a\\u001b[2Jb\"}}");
    line.closed(1006);
    assertThat(log.next())
        .isNotEmpty()
        .allMatch(said -> said.contains(" of ann?? from "))
        .noneMatch(said -> said.chars().anyMatch(c -> c < ' ' || c > '~'));
  }

  @Test
  void oneNetworkCannotFillTheLogAtInfo() {
    for (int i = 0; i < LineLog.FIRST + 5; i++) {
      rig.open(PAGES, Rig.ANN, new RecordingConnection()).closed(1006);
      Line line = page(Rig.ANN, new RecordingConnection());
      line.closed(1006);
    }
    assertThat(log.next()).filteredOn(line -> line.startsWith("INFO")).hasSize(LineLog.FIRST);
    rig.time.advance(Duration.ofMinutes(1));
    lines.tend();
    assertThat(log.next())
        .containsExactly("INFO of lines of known users from " + Arrivals.ADDRESS
            + ", 5 more ended for a fault within a minute; at level FINE (DEBUG) each is logged");
  }

  @Test
  void whileTheNodeStopsLinesAreOnlyCountedAndSummedUp() {
    Line lost = page(Rig.ANN, connection);
    page(new User("bob"), new RecordingConnection());
    page(new User("cid"), new RecordingConnection());
    log.next();
    rig.engine.drain(Duration.ofSeconds(10));
    lost.closed(1006);
    lines.tend();
    assertThat(log.next()).as("two are open").noneMatch(line -> line.startsWith("INFO"));
    rig.pass(Duration.ofSeconds(10));
    lines.tend();
    lines.tend();
    lines.end();
    assertThat(log.next())
        .filteredOn(line -> line.startsWith("INFO"))
        .containsExactly("INFO 3 lines have ended since no more were let in: 2 drained, 1 lost");
  }

  @Test
  void aDrainThatIsEndedIsSummedUpToo() {
    page(Rig.ANN, connection);
    log.next();
    rig.engine.drain(Duration.ofSeconds(10));
    rig.pass(Duration.ofSeconds(10));
    rig.engine.undrain();
    page(new User("bob"), new RecordingConnection());
    lines.tend();
    assertThat(log.next())
        .filteredOn(line -> line.startsWith("INFO"))
        .containsExactly("INFO 1 lines have ended since no more were let in: 1 drained");
  }

  @Test
  void timesAreToldInTheirTwoLargestUnits() {
    assertThat(LineLog.words(Duration.ofMillis(350))).isEqualTo("350 ms");
    assertThat(LineLog.words(Duration.ofMillis(12_900))).isEqualTo("12 s");
    assertThat(LineLog.words(Duration.ofSeconds(245))).isEqualTo("4 min 5 s");
    assertThat(LineLog.words(Duration.ofMinutes(192))).isEqualTo("3 h 12 min");
    assertThat(LineLog.words(Duration.ofHours(49))).isEqualTo("2 d 1 h");
  }
}
