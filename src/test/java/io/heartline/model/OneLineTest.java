package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void whatPeopleReadStays() {
    assertThat(OneLine.of("ann@example.com")).isEqualTo("ann@example.com");
    assertThat(OneLine.of("张三, Jürgen \uD83D\uDE00")).isEqualTo("张三, Jürgen \uD83D\uDE00");
    assertThat(OneLine.of("")).isEmpty();
    assertThat(OneLine.of(null)).isEqualTo("(none)");
  }

  @Test
  void nothingLeavesTheLineOrChangesWhatStandsAroundIt() {
    assertThat(OneLine.of("a\r\nWARNING b\tc")).isEqualTo("a??WARNING b?c");
    assertThat(OneLine.of("\u001b[2J\u009b2J")).isEqualTo("?[2J?2J");
    assertThat(OneLine.of("a\u2028b\u2029c\u0085d")).isEqualTo("a?b?c?d");
    assertThat(OneLine.of("a\u202eb\u2066c\u200bd")).isEqualTo("a?b?c?d");
    assertThat(OneLine.of("half \ud83d")).isEqualTo("half ?");
  }

  @Test
  void whatIsLongIsCut() {
    assertThat(OneLine.of("x".repeat(256))).isEqualTo("x".repeat(256));
    assertThat(OneLine.of("x".repeat(257))).isEqualTo("x".repeat(256) + "...");
    assertThat(OneLine.of("\uD83D\uDE00".repeat(300)))
        .isEqualTo("\uD83D\uDE00".repeat(256) + "...");
  }
}
