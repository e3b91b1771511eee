package io.heartline.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
  private final Texts texts = new Texts();
  private final List<String> shared = List.of("shared 1", "shared 2"); // fails if it is changed

  @Test
  void whatStandsAloneIsHandedOnAsItIs() {
    texts.add(shared);
    assertThat(texts.list()).isSameAs(shared);
  }

  @Test
  void whatFollowsGoesToACopy() {
    texts.add(shared);
    texts.add("own");
    assertThat(texts.list()).containsExactly("shared 1", "shared 2", "own");
    assertThat(shared).hasSize(2);
  }

  @Test
  void sharedListsFollowEachOtherInACopy() {
    texts.add(shared);
    texts.add(List.of("other"));
    assertThat(texts.list()).containsExactly("shared 1", "shared 2", "other");
  }

  @Test
  void sharedOnesFollowOwnOnes() {
    texts.add("own");
    texts.add(shared);
    texts.add("last");
    assertThat(texts.list()).containsExactly("own", "shared 1", "shared 2", "last");
  }

  @Test
  void nothingIsNothing() {
    assertThat(texts.isEmpty()).isTrue();
    texts.add(List.of());
    assertThat(texts.list()).isEmpty();
    texts.add("own");
    assertThat(texts.isEmpty()).isFalse();
  }
}
