package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Repeats.Rest;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepeatsTest {
  private final FakeTime time = new FakeTime();
  private final Repeats repeats = new Repeats(2, 3);

  private boolean isTold(String kind) {
    return repeats.isTold(kind, time.nanos());
  }

  @Test
  void theFirstFewOfAMinuteAreToldAndTheRestIsCounted() {
    assertThat(isTold("a")).isTrue();
    assertThat(isTold("a")).isTrue();
    assertThat(isTold("a")).isFalse();
    assertThat(isTold("b")).isTrue();
    time.advance(Duration.ofSeconds(59));
    assertThat(isTold("a")).isFalse();
    assertThat(repeats.over(time.nanos())).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(repeats.over(time.nanos())).containsExactly(new Rest("a", 2));
    assertThat(repeats.over(time.nanos())).as("told once").isEmpty();
    assertThat(isTold("a")).as("a new minute").isTrue();
  }

  @Test
  void aMinuteBeginsWithItsFirst() {
    time.advance(Duration.ofSeconds(30));
    isTold("a");
    isTold("a");
    isTold("a");
    time.advance(Duration.ofSeconds(59));
    assertThat(repeats.over(time.nanos())).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(repeats.over(time.nanos())).containsExactly(new Rest("a", 1));
  }

  @Test
  void kindsForWhichThereIsNoRoomShareAMinute() {
    isTold("a");
    isTold("b");
    isTold("c");
    assertThat(isTold("d")).isTrue();
    assertThat(isTold("e")).isTrue();
    for (int i = 0; i < 1000; i++) {
      assertThat(isTold("f" + i)).isFalse();
    }
    assertThat(isTold("a")).as("those that are kept apart stay so").isTrue();
    time.advance(Duration.ofMinutes(1));
    assertThat(repeats.over(time.nanos())).containsExactly(new Rest(Repeats.OTHERS, 1000));
    assertThat(isTold("d")).as("there is room again").isTrue();
  }

  @Test
  void atTheEndNothingIsLeftUntold() {
    isTold("a");
    isTold("a");
    isTold("a");
    assertThat(repeats.end(time.nanos())).containsExactly(new Rest("a", 1));
    assertThat(repeats.end(time.nanos())).isEmpty();
  }
}
