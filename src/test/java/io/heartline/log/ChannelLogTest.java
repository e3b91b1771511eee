package io.heartline.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.GapReason;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ChannelLogTest {
  private static final Retention TEN = new Retention(10, Duration.ofHours(1), 1 << 20);
  private final ChannelLog log = new ChannelLog("e");

  private Position append(int count) {
    for (int i = 0; i < count; i++) {
      log.append("1", 1_000_000 + i);
      log.trim(TEN, 1_000_000 + i);
    }
    return log.head();
  }

  private static List<Long> offsets(Reading reading) {
    return ((Reading.Range) reading)
        .publications().stream().map(Publication::offset).toList();
  }

  @Test
  void offsetsAreDenseAndTagsRise() {
    Position first = log.append("1", 500).position();
    Position second = log.append("2", 500).position(); // the clock stood still
    Position third = log.append("3", 100).position(); // or went back
    assertThat(List.of(first.offset(), second.offset(), third.offset()))
        .containsExactly(1L, 2L, 3L);
    assertThat(List.of(first.tag(), second.tag(), third.tag())).containsExactly(500L, 501L, 502L);
  }

  @Test
  void readingFromTheStartGivesAll() {
    append(3);
    assertThat(offsets(log.read(new Position("e", 0, 0), 10_000))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void readingAtTheHeadGivesNothing() {
    Position head = append(3);
    assertThat(log.read(head, 10_000)).isEqualTo(new Reading.Range(List.of(), head, false));
  }

  @Test
  void aReadIsBoundedButNeverEmptyHanded() {
    append(3);
    Reading.Range range = (Reading.Range) log.read(new Position("e", 0, 0), 1);
    assertThat(range.publications()).hasSize(1);
    assertThat(range.more()).isTrue();
  }

  @Test
  void theOldestGoFirstAndTheirPositionTurnsIntoAGap() {
    Position third = append(3);
    append(20);
    assertThat(log.read(third, 10_000)).isEqualTo(new Reading.Gap(log.head(), GapReason.TRIMMED));
    assertThat(log.start(new From.After(third)))
        .isEqualTo(new Start(log.head(), GapReason.TRIMMED));
  }

  @Test
  void thePositionJustBeforeTheOldestCanStillBeServed() {
    Position third = append(3);
    append(10); // 4 to 13 are retained
    assertThat(offsets(log.read(third, 10_000))).startsWith(4L).hasSize(10);
  }

  @Test
  void anotherTagAtTheSameOffsetIsDivergedAlsoWhenItsPublicationIsGone() {
    Position third = append(3);
    Position wrong = new Position("e", 3, third.tag() + 1);
    assertThat(log.start(new From.After(wrong)).reason()).isEqualTo(GapReason.DIVERGED);
    append(10);
    assertThat(log.start(new From.After(wrong)).reason()).isEqualTo(GapReason.DIVERGED);
  }

  @Test
  void aPositionBeyondTheHeadIsDiverged() {
    append(3);
    assertThat(log.start(new From.After(new Position("e", 4, 9))).reason())
        .isEqualTo(GapReason.DIVERGED);
  }

  @Test
  void anotherEpochIsAGap() {
    append(3);
    assertThat(log.start(new From.After(new Position("f", 3, 1))).reason())
        .isEqualTo(GapReason.EPOCH);
  }

  @Test
  void whatIsNoPositionIsAGapOfUnknownReason() {
    append(1);
    assertThat(log.start(new From.Unreadable()))
        .isEqualTo(new Start(log.head(), GapReason.UNKNOWN));
  }

  @Test
  void theLastFewStartSoManyBeforeTheHeadOrAtTheOldest() {
    append(13);
    assertThat(log.start(new From.Last(2)).position().offset()).isEqualTo(11);
    assertThat(log.start(new From.Last(0)).position()).isEqualTo(log.head());
    assertThat(log.start(new From.Last(500)).position().offset()).isEqualTo(3);
    assertThat(offsets(log.read(log.start(new From.Last(500)).position(), 100_000)))
        .hasSize(10);
  }

  @Test
  void ageAndBytesAreBoundsToo() {
    log.append("\"" + "x".repeat(1000) + "\"", 1_000_000);
    log.append("1", 2_000_000);
    log.trim(new Retention(10, Duration.ofHours(1), 500), 2_000_000);
    assertThat(log.bytes()).isLessThan(500);
    log.trim(new Retention(10, Duration.ofSeconds(1), 500), 3_000_001);
    assertThat(log.isEmpty()).isTrue();
    assertThat(log.bytes()).isZero();
    assertThat(log.head().offset()).isEqualTo(2);
  }

  /** Against a model: a plain list of everything that was ever appended. */
  @RepeatedTest(50)
  void everyPositionIsServedWholeOrTold(RepetitionInfo info) {
    long seed = info.getCurrentRepetition();
    Random random = new Random(seed);
    List<Position> all = new ArrayList<>(List.of(new Position("e", 0, 0)));
    int retained = 0;
    for (int step = 0; step < 200; step++) {
      all.add(log.append(String.valueOf(step), 1000 + random.nextInt(50)).position());
      retained = Math.min(retained + 1, 10);
      log.trim(TEN, 1000);
      int pick = random.nextInt(all.size());
      Reading reading = log.read(all.get(pick), 1 << 20);
      if (pick >= all.size() - 1 - retained) {
        assertThat(offsets(reading))
            .as("seed %d step %d", seed, step)
            .isEqualTo(LongStream.range(pick + 1, all.size()).boxed().toList());
      } else {
        assertThat(reading).as("seed %d step %d", seed, step).isInstanceOf(Reading.Gap.class);
      }
    }
  }
}
