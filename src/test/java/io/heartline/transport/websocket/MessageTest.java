package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Unfinished;
import io.heartline.model.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTest {
  private final List<CloseStatus> refused = new ArrayList<>();
  private final Message message = new Message(10, new Unfinished(1 << 20, 10), refused::add);

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
    assertThat(refused).isEmpty();
    assertThat(message.add("\u5f20\u4e09\u5f20ab", true)).isNull(); // 11
    assertThat(refused).extracting(CloseStatus::code).containsExactly(1009);
  }

  @Test
  void emptyPartsAreBoundedToo() {
    for (int i = 0; i < Message.MAX_PARTS; i++) {
      message.add("", false);
      assertThat(refused).isEmpty();
    }
    message.add("", false);
    assertThat(refused).extracting(CloseStatus::code).containsExactly(1009);
    assertThat(message.add("a", true)).as("nothing more is read").isNull();
    assertThat(refused).as("told once").hasSize(1);
  }
}
