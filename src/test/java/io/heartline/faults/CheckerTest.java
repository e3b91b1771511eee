package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.faults.Checker.Promise;
import io.heartline.faults.Checker.Violation;
import io.heartline.model.Position;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A good history passes; each promise broken on purpose is found, and nothing else. */
class CheckerTest {
  private static final String CHANNEL = "orders";
  private static final String CLIENT = "tab";

  private final History history = new History();

  private static Position at(long offset) {
    return new Position("e", offset, 1000 + offset);
  }

  /** Four publications of two publishers, all acknowledged and kept, and one never answered. */
  @BeforeEach
  void fourPublications() {
    sent("anna", "a1", at(1));
    sent("bert", "b1", at(2));
    sent("anna", "a2", at(3));
    sent("bert", "b2", null);
    sent("anna", "a3", at(4));
  }

  private void sent(String publisher, String value, Position acknowledged) {
    history.sent(new History.Sent(publisher, CHANNEL, value, acknowledged != null, acknowledged));
  }

  private void kept(String... values) {
    for (int i = 0; i < values.length; i++) {
      history.kept(CHANNEL, new History.Kept(at(i + 1), values[i]));
    }
  }

  private void keptAll() {
    kept("a1", "b1", "a2", "a3");
  }

  private void began(Position asked, Position position, String reason) {
    history.seen(CLIENT, CHANNEL, new Seen.Began(asked, position, reason));
  }

  private void applied(long offset, String value) {
    history.seen(CLIENT, CHANNEL, new Seen.Applied(offset, at(offset), value));
  }

  private List<Promise> broken() {
    return Checker.judge(history).stream().map(Violation::promise).toList();
  }

  @Test
  void aGoodHistoryPassesWithResumesGapsAndOneLinePerSeat() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    began(at(1), at(1), null); // resumed
    history.seen(CLIENT, CHANNEL, new Seen.Gap(at(2), "trimmed"));
    applied(3, "a2");
    began(at(3), at(3), null);
    applied(4, "a3");
    history.seated("42", List.of("second tab"));
    assertThat(Checker.judge(history)).isEmpty();
  }

  @Test
  void whatALogThatWasSetBackHadIsGoneForWhoIsToldAndForNobodyElse() {
    keptAll();
    began(null, at(2), null);
    applied(3, "lost");
    assertThat(broken()).contains(Promise.WHAT_THE_LOG_SAYS);
    history.seen(CLIENT, CHANNEL, new Seen.Gap(at(3), "diverged"));
    applied(4, "a3");
    assertThat(broken()).isEmpty();
    history.seen("another", CHANNEL, new Seen.Began(at(2), at(2), null));
    history.seen("another", CHANNEL, new Seen.Applied(3, at(3), "lost"));
    history.seen("another", CHANNEL, new Seen.Applied(4, at(4), "a3"));
    assertThat(broken()).containsExactly(Promise.WHAT_THE_LOG_SAYS);
  }

  @Test
  void aTrimmedLogIsNoOtherLog() {
    keptAll();
    began(null, at(1), null);
    applied(2, "other");
    history.seen(CLIENT, CHANNEL, new Seen.Gap(at(4), "trimmed"));
    assertThat(broken()).containsExactly(Promise.WHAT_THE_LOG_SAYS);
  }

  @Test
  void anUnansweredPublicationMayStandInTheLogOnce() {
    history.kept(CHANNEL, new History.Kept(at(1), "a1"));
    history.kept(CHANNEL, new History.Kept(at(2), "b1"));
    history.kept(CHANNEL, new History.Kept(at(3), "a2"));
    history.kept(CHANNEL, new History.Kept(at(4), "a3"));
    history.kept(CHANNEL, new History.Kept(at(5), "b2"));
    assertThat(broken()).isEmpty();
    history.kept(CHANNEL, new History.Kept(at(6), "b2"));
    assertThat(broken()).contains(Promise.ONCE_AND_IN_ORDER_IN_THE_LOG);
  }

  @Test
  void anAcknowledgedPublicationThatTheLogLacks() {
    kept("a1", "b1", "a2");
    assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_IS_KEPT);
  }

  @Test
  void onesThatWereAcknowledgedWithoutTheirPositions() {
    keptAll();
    history.sent(new History.Sent("carl", CHANNEL, "a3", true, null));
    assertThat(broken()).isEmpty();
    history.sent(new History.Sent("carl", CHANNEL, "a4", true, null));
    assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_IS_KEPT);
  }

  @Test
  void anAcknowledgedPublicationThatMoved() {
    kept("a1", "b1", "a2", "x", "a3");
    assertThat(broken()).containsExactly(Promise.ACKNOWLEDGED_IS_KEPT);
  }

  @Test
  void aPublishersOrderThatTheLogTurnsRound() {
    sent("anna", "a4", at(6));
    sent("anna", "a5", at(5));
    kept("a1", "b1", "a2", "a3", "a5", "a4");
    assertThat(broken()).containsExactly(Promise.ONCE_AND_IN_ORDER_IN_THE_LOG);
  }

  @Test
  void aPublicationThatAReaderNeverSaw() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    applied(3, "a2"); // 2 is missing
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.NO_SILENT_GAP);
  }

  @Test
  void aPublicationAppliedTwiceAfterAReconnect() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    applied(2, "b1");
    began(at(1), at(1), null); // went back: told nothing
    applied(2, "b1");
    applied(3, "a2");
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.NO_SILENT_GAP, Promise.APPLIED_ONCE);
  }

  @Test
  void aResumeThatSkipsWithoutAWord() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    began(at(1), at(3), null);
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.NO_SILENT_GAP);
  }

  @Test
  void aResumeIntoAnotherEpochWithoutAWord() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    history.seen(CLIENT, CHANNEL, new Seen.Applied(2, new Position("f", 2, 1), "b1"));
    applied(3, "a2");
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.NO_SILENT_GAP, Promise.NO_SILENT_GAP);
  }

  @Test
  void twoPublicationsTheWrongWayRound() {
    keptAll();
    began(null, at(0), null);
    applied(2, "b1");
    applied(1, "a1");
    applied(3, "a2");
    applied(4, "a3");
    assertThat(broken()).containsOnly(Promise.NO_SILENT_GAP).hasSize(3);
  }

  @Test
  void aRepeatThatThePageDropped() {
    keptAll();
    began(null, at(2), null);
    history.seen(CLIENT, CHANNEL, new Seen.OutOfStep(2));
    applied(3, "a2");
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.IN_STEP);
  }

  @Test
  void aReaderWhoSawSomethingElse() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    applied(2, "never sent");
    applied(3, "a2");
    applied(4, "a3");
    assertThat(broken()).containsExactly(Promise.WHAT_THE_LOG_SAYS);
  }

  @Test
  void aReaderWhoStaysBehind() {
    keptAll();
    began(null, at(0), null);
    applied(1, "a1");
    assertThat(broken()).containsExactly(Promise.NOTHING_LOST_AT_THE_END);
  }

  @Test
  void aSeatWithTwoLinesOrNone() {
    keptAll();
    history.seated("42", List.of("first tab", "second tab"));
    history.seated("43", List.of());
    assertThat(broken()).containsOnly(Promise.ONE_LINE_PER_SEAT).hasSize(2);
  }
}
