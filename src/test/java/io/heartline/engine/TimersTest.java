package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.testing.UnspeakableError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers timers = new Timers();
  private final List<String> ran = new ArrayList<>();

  @Test
  void tasksRunWhenTheirTimeHasComeInOrder() {
    timers.at(20, () -> ran.add("b"));
    timers.at(10, () -> ran.add("a"));
    assertThat(timers.poll(5)).isEqualTo(5);
    assertThat(timers.poll(30)).isEqualTo(Long.MAX_VALUE);
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void whatIsCalledOffDoesNotRun() {
    timers.at(10, () -> ran.add("a")).cancel();
    timers.poll(20);
    assertThat(ran).isEmpty();
  }

  @Test
  void whatIsCalledOffDoesNotPileUpUntilItsTime() {
    for (int i = 0; i < 100_000; i++) {
      timers.at(Long.MAX_VALUE / 2, () -> {}).cancel();
    }
    assertThat(timers.size()).isLessThan(1_000);
  }

  @Test
  void aTaskThatFailsTakesNoOtherWithIt() {
    timers.at(10, () -> {
      throw new IllegalStateException("on purpose");
    });
    timers.at(10, () -> ran.add("a"));
    timers.at(11, () -> ran.add("b"));
    timers.poll(20);
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void aTaskThatFailsIsRunAgainUntilItDoesNot() {
    timers.at(10, () -> {
      ran.add("a");
      if (ran.size() < 3) {
        throw new InternalError("as it is to be");
      }
    });
    long now = 10;
    for (int i = 0; i < 10 && now != Long.MAX_VALUE; i++) {
      long next = timers.poll(now);
      assertThat(next).isGreaterThan(100_000_000);
      now = next == Long.MAX_VALUE ? next : now + next;
    }
    assertThat(ran).containsExactly("a", "a", "a");
  }

  @Test
  void aTaskThatFailsAndIsCalledOffIsNotRunAgain() {
    Timers.Timer timer = timers.at(10, () -> {
      ran.add("a");
      throw new InternalError("as it is to be");
    });
    timers.poll(10);
    timer.cancel();
    timers.poll(Long.MAX_VALUE / 2);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void anErrorInThePollLosesNoDeadline() {
    timers.at(10, () -> {
      throw new UnspeakableError();
    });
    timers.at(11, () -> ran.add("a"));
    assertThatThrownBy(() -> timers.poll(20)).isInstanceOf(InternalError.class);
    timers.poll(20);
    assertThat(ran).containsExactly("a");
  }

  @Test
  void aDeadlineThatIsDueAgainAtOnceHoldsUpNoOther() {
    timers.at(10, this::again);
    timers.at(11, () -> ran.add("b"));
    assertThat(timers.poll(20)).isZero();
    assertThat(ran).hasSizeLessThan(4).contains("b");
  }

  private void again() {
    ran.add("a");
    timers.at(10, this::again);
  }
}
