package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.bootstrap.settings.DataPath;
import io.heartline.bootstrap.settings.ServerSettings;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The printed list of settings is compared with the code that reads them. */
class HelpTest {
  private static final long HEAP = 4L << 30;

  @Test
  void itNamesEverySettingThatIsReadAndNoOther() throws IOException {
    Sources sources = new Sources();
    ServerSettings.read(sources);
    DataPath.set(sources);
    Settings.read(sources, true, HEAP);
    assertThat(Help.properties(Help.text()).stream().map(name -> "heartline." + name))
        .containsExactlyInAnyOrderElementsOf(sources.asked());
  }

  @Test
  void itsDefaultsAreTheDefaults() throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    for (String line : Help.defaults(Help.text())) {
      String[] sides = line.split("=", 2);
      if (!sides[1].startsWith("<")) {
        defaults.put("heartline." + sides[0], sides[1]);
      }
    }
    assertThat(defaults).hasSizeGreaterThan(25).doesNotContainValue("");
    assertThat(ServerSettings.read(new Sources(defaults::get)))
        .isEqualTo(ServerSettings.read(new Sources()));
    assertThat(Settings.read(new Sources(defaults::get), true, HEAP))
        .isEqualTo(Settings.read(new Sources(), true, HEAP));
    Map<String, String> redis =
        Map.of("heartline.store", "redis", "heartline.redis", "redis://127.0.0.1");
    assertThat(Settings.read(new Sources(redis::get, defaults::get), true, HEAP))
        .isEqualTo(Settings.read(new Sources(redis::get), true, HEAP));
  }
}
