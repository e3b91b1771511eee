package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static Settings read(Map<String, String> values) {
    return Settings.read(new Sources(values::get), false);
  }

  @Test
  void defaultsAreThoseOfTheReadme() {
    Settings settings = read(Map.of());
    assertThat(settings.beat()).isEqualTo(Duration.ofSeconds(25));
    assertThat(settings.miniProgramBeat()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.retainCount()).isEqualTo(1000);
    assertThat(settings.demo()).isFalse();
    assertThat(settings.seats()).containsEntry("line", "newest").containsEntry("wss", "none");
  }

  @Test
  void theFirstPlaceWins() {
    Sources sources =
        new Sources(Map.of("heartline.beat", "7s")::get, Map.of("heartline.beat", "8s")::get);
    assertThat(Settings.read(sources, false).beat()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.beat               | fast   | heartline.beat must be a whole number with its unit ms, s, m, h or d: fast
      heartline.beat               | 10     | heartline.beat must be a whole number with its unit ms, s, m, h or d: 10
      heartline.beat               | 10ms   | heartline.beat must be at least 1000ms: 10ms
      heartline.line.channels      | many   | heartline.line.channels must be a whole number: many
      heartline.line.channels      | 0      | heartline.line.channels must be between 1 and 10000: 0
      heartline.demo               | yes    | heartline.demo must be true or false: yes
      heartline.message            | 64K    | heartline.message must be a whole number with its unit B, KiB, MiB or GiB: 64K
      heartline.message            | 1B     | heartline.message must be between 1024 and 16777216: 1B
      heartline.seats.line         | first  | heartline.seats.line must be newest, oldest, none or a number from 1: first
      heartline.rotate.max         | 1h     | heartline.rotate.max must be at least 14400000ms: 1h
      """)
  void badSettingsNameThePropertyTheRuleAndTheValue(String name, String value, String message) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSetting.class)
        .hasMessage(message);
  }

  @Test
  void bytesAndDurationsHaveUnits() {
    Settings settings = read(Map.of(
        "heartline.message", "1MiB", "heartline.beat", "1500ms", "heartline.retain.age", "2d"));
    assertThat(settings.messageBytes()).isEqualTo(1 << 20);
    assertThat(settings.beat()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.retainAge()).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void theServersOwnSettings() {
    ServerSettings settings =
        ServerSettings.read(new Sources(Map.of("heartline.context", "/")::get));
    assertThat(settings).isEqualTo(new ServerSettings(8080, "127.0.0.1", "/"));
    assertThat(settings.contextPath()).isEmpty();
    assertThatThrownBy(
            () -> ServerSettings.read(new Sources(Map.of("heartline.context", "x")::get)))
        .isInstanceOf(BadSetting.class);
  }
}
