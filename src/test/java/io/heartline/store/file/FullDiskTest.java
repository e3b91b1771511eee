package io.heartline.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a full disk counts as over, and what the log hears of it. */
class FullDiskTest {
  private static final int MUCH = 100_000;

  private final FakeTime time = new FakeTime();
  private final RecordingLog log = new RecordingLog();
  private final FullDisk disk = new FullDisk(log, time.nanos());

  private void refused(long bytes) {
    disk.refused(bytes, "no space", time.nanos());
  }

  private void taken(long bytes) {
    disk.taken(bytes, time.nanos());
  }

  @Test
  void itIsOverOnlyWhenAsMuchFitsAsWasRefused() {
    refused(MUCH);
    refused(10);
    taken(MUCH - 1);
    assertThat(disk.reason()).isEqualTo("no space");
    taken(disk.needed());
    assertThat(disk.reason()).isNull();
    refused(10);
    assertThat(disk.needed()).as("begins anew").isEqualTo(FullDisk.LEAST);
  }

  @Test
  void itIsTriedAtMostOnceASecondHoweverOftenSomebodyAsks() {
    assertThat(disk.isTrialDue(time.nanos())).as("nothing was refused").isFalse();
    refused(10);
    assertThat(disk.isTrialDue(time.nanos())).isTrue();
    assertThat(disk.isTrialDue(time.nanos())).isFalse();
    taken(FullDisk.LEAST);
    refused(10);
    assertThat(disk.isTrialDue(time.nanos())).as("refused again").isFalse();
    time.advance(Duration.ofSeconds(1));
    assertThat(disk.isTrialDue(time.nanos())).isTrue();
  }

  @Test
  void theLogHearsTwoLinesAMinuteAndInTheEndWhatIsSo() {
    for (int i = 0; i < 50; i++) {
      refused(10);
      refused(10);
      taken(FullDisk.LEAST);
    }
    assertThat(log.next())
        .containsExactly(
            "WARNING the disk does not take publications; they are refused until it does:"
                + " no space",
            "INFO the disk takes publications again");
    refused(10);
    assertThat(log.next()).isEmpty();
    time.advance(Duration.ofMinutes(1));
    refused(10);
    assertThat(log.next()).hasSize(1).first().asString().startsWith("WARNING");
  }
}
