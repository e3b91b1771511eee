package io.heartline.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderListTest {
  @Test
  void linesAndCommasSeparateTheSame() {
    HeaderList list = HeaderList.of(List.of("a, b", "", " , c ,,", "d"));
    assertThat(list.elements()).containsExactly("a", "b", "c", "d");
    assertThat(list.first()).isEqualTo("a");
    assertThat(list).hasToString("a, b, c, d");
  }

  @Test
  void elementsAreFoundInAnyLetterCase() {
    HeaderList list = HeaderList.of(List.of("h2c", "keep-alive,\tWebSocket"));
    assertThat(list.has("websocket")).isTrue();
    assertThat(list.has("socket")).isFalse();
    assertThat(HeaderList.of(List.of()).has("websocket")).isFalse();
    assertThat(HeaderList.of(List.of(" , ")).first()).isNull();
  }

  @Test
  void onlyTokensCanBeWrittenBack() {
    HeaderList list =
        HeaderList.of(List.of("a b, v1.x, \u00e9, \"q\", x;y, {1}, !#$%&'*+-.^_`|~9Z"));
    assertThat(list.tokens().elements()).containsExactly("v1.x", "!#$%&'*+-.^_`|~9Z");
  }
}
