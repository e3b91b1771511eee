package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {
  private final Message message = new Message(10);

  @Test
  void partsAreJoinedAndTheNextMessageStartsAnew() {
    assertThat(message.add("he", false)).isNull();
    assertThat(message.add("llo", true)).isEqualTo("hello");
    assertThat(message.add("you", true)).isEqualTo("you");
  }

  @Test
  void bytesAreCountedNotCharacters() {
    assertThat(message.add("\u5f20\u4e09", false)).isNull(); // 6
    assertThat(message.add("\ud83d\udc99", true)).isNotNull(); // 4
    assertThat(message.add("\u5f20\u4e09\u5f20a", true)).isNotNull(); // 10
    assertThat(message.add("\u5f20\u4e09\u5f20ab", true)).isNull(); // 11
    assertThat(message.broken().code()).isEqualTo(1009);
  }

  @Test
  void emptyPartsAreBoundedToo() {
    for (int i = 0; i < Message.MAX_PARTS; i++) {
      message.add("", false);
      assertThat(message.broken()).isNull();
    }
    message.add("", false);
    assertThat(message.broken().code()).isEqualTo(1009);
    assertThat(message.add("a", true)).as("nothing more is read").isNull();
  }
}
