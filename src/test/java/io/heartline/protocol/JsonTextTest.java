package io.heartline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": 1}|{\"a\":1}",
        "17|17",
        "hello|\"hello\"",
        "''|\"\"",
        "' '|\" \"",
        "1 2|\"1 2\"",
        "{\"a\":|\"{\\\"a\\\":\"",
      })
  void whatIsNoJsonBecomesAString(String text, String json) {
    assertThat(JsonText.valueOrQuoted(text)).isEqualTo(json);
  }
}
