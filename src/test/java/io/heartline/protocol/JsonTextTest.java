package io.heartline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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

  /** UTF-8 cannot hold half a character, so readers would see different texts, or be closed. */
  @Test
  void halvesOfCharactersAreReplacedInJsonToo() {
    assertThat(JsonText.valueOrQuoted("{\"a\":\"\ud83d\"}")).isEqualTo("{\"a\":\"\ufffd\"}");
    assertThat(JsonText.valueOrQuoted("\"\ud83d\ude00\"")).isEqualTo("\"\ud83d\ude00\"");
    assertThat(JsonText.valueOrQuoted("\udc00")).isEqualTo("\"\ufffd\"");
  }
}
