package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {
  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', textBlock = """
      application/json,                          true,  true
      Application/JSON ; Charset=utf-8,          true,  true
      application/json;charset="UTF-8",          true,  true
      application/json; a=b; charset=utf8,       true,  true
      application/json; charset=iso-8859-1,      true,  false
      application/json; charset=utf-16,          true,  false
      application/json; charset=nonsense,        true,  false
      application/json; charset=,                true,  false
      application/json; charset=` `,             true,  false
      text/plain,                                false, true
      application/jsonp,                         false, true
      """)
  void onlyJsonInUtf8IsRead(String header, boolean json, boolean utf8) {
    assertThat(MediaType.parse(header).isJson()).isEqualTo(json);
    assertThat(MediaType.parse(header).isUtf8()).isEqualTo(utf8);
  }

  @Test
  void noneIsNotJson() {
    assertThat(MediaType.parse(null).isJson()).isFalse();
    assertThat(MediaType.parse(null).isUtf8()).isTrue();
  }
}
