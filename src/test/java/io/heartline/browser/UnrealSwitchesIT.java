package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without this the tests of a page's life in Chromium would prove nothing. */
class UnrealSwitchesIT {
  @TempDir
  Path folder;

  @Test
  void chromiumHasNoneOfTheSwitchesThatDriversPassAndPeopleDoNotHave() throws IOException {
    try (Chromium browser = Chromium.start(folder)) {
      String commandLine = browser.commandLine();
      assertThat(commandLine).contains("--headless=new", "--user-data-dir=" + folder);
      for (String unreal : Chromium.UNREAL) {
        assertThat(commandLine).doesNotContain("--" + unreal);
      }
    }
  }
}
