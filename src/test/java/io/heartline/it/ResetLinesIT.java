package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.ResettingCrowd;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away in the middle of anything is no exception in the log. */
class ResetLinesIT {
  @TempDir
  Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientsThatResetWhileAWriteWaitsLeaveNoStackInTheLog(boolean direct) throws IOException {
    try (RunningWar war =
        RunningWar.start(folder, "heartline.tomcat.direct=" + direct, "heartline.beat=1s")) {
      ResettingCrowd.comeAndGo(war.door("updatewebsocket"), war::publish);
      assertThat(war.get("health/live").statusCode()).isEqualTo(200);
      war.stop(); // so that all is said
      assertThat(war.output())
          .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    }
  }
}
