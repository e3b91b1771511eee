package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
}
