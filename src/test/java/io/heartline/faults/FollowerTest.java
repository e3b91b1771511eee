package io.heartline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.faults.Checker.Promise;
import io.heartline.faults.Checker.Violation;
import io.heartline.model.Position;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repeats that a page drops are no fault; whatever else does not follow is found. */
class FollowerTest {
  private static final String CHANNEL = "orders";

  private final History history = new History();
  private final Follower follower = new Follower("reader", CHANNEL, at(0), history);

  private static Position at(long offset) {
    return new Position("e", offset, 1000 + offset);
  }

  @BeforeEach
  void threePublications() {
    for (int i = 1; i <= 3; i++) {
      history.sent(new History.Sent("anna", CHANNEL, "a" + i, true, at(i)));
      history.kept(CHANNEL, new History.Kept(at(i), "a" + i));
    }
    follower.began(at(0), at(0), null);
    follower.pushed(1, at(1), "a1");
    follower.pushed(2, null, "a2");
  }

  private List<Promise> broken() {
    return Checker.judge(history).stream().map(Violation::promise).toList();
  }

  @Test
  void aLineThatBeginsBehindWhatWasAppliedBringsRepeats() {
    follower.began(at(1), at(1), null);
    follower.pushed(2, null, "a2");
    follower.pushed(3, at(3), "a3");
    assertThat(broken()).isEmpty();
    assertThat(follower.repeats()).isEqualTo(1);
    assertThat(follower.hasRead(at(3))).isTrue();
    assertThat(follower.hasRead(new Position("f", 3, 1))).isFalse();
  }

  @Test
  void aHoleAmongTheRepeats() {
    follower.began(at(0), at(0), null);
    follower.pushed(2, null, "a2");
    follower.pushed(3, at(3), "a3");
    assertThat(broken()).containsExactly(Promise.IN_STEP);
  }

  @Test
  void aLineThatBeginsElsewhereThanItAsked() {
    follower.began(at(2), at(1), null);
    follower.pushed(2, null, "a2");
    follower.pushed(3, at(3), "a3");
    assertThat(broken()).contains(Promise.NO_SILENT_GAP, Promise.APPLIED_ONCE);
  }

  @Test
  void aGapThatWasTold() {
    follower.began(at(2), at(2), null);
    follower.gap(at(3), "trimmed");
    assertThat(broken()).isEmpty();
    assertThat(follower.gaps()).isEqualTo(1);
  }
}
