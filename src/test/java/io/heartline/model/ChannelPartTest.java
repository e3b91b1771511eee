package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPartTest {
  @ParameterizedTest
  @CsvSource({
    "ann, ann",
    "ann@example.com, ann#40example.com",
    "a:b, a#3Ab",
    "#, #23",
    "ü, #C3#BC",
    "a/b.c-d_e, a/b.c-d_e",
    "'', ''",
  })
  void aTextIsWrittenInOneWay(String text, String part) {
    assertThat(ChannelPart.of(text)).isEqualTo(part);
    assertThat(ChannelPart.text(part)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "#4", "#4g", "#61", "#3a", "##", "##abc", "#C3", "#C0#80", "a#"})
  void whatNoTextIsWrittenLikeStandsForNone(String part) {
    assertThat(ChannelPart.text(part)).isNull();
  }

  @Test
  void theLongestPartIsAsItIsAndALongerOneIsItsHash() {
    String longest = "x".repeat(ChannelPart.MAX_LENGTH);
    assertThat(ChannelPart.of(longest)).isEqualTo(longest);
    assertThat(ChannelPart.text(longest)).isEqualTo(longest);
    assertThat(ChannelPart.of(longest + "x")).startsWith("##").hasSize(2 + 43);
    assertThat(ChannelPart.text(longest + "x")).isNull();
  }

  @Test
  void noTwoTextsShareAPart() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String text = random
          .ints(random.nextInt(6), 0, 8)
          .mapToObj("a:#*3Aü "::charAt)
          .map(String::valueOf)
          .reduce("", String::concat);
      String part = ChannelPart.of(text);
      assertThat(texts.put(part, text)).as("seed %s: %s", seed, part).isIn(null, text);
      assertThat(ChannelPart.text(part)).as("seed %s: %s", seed, part).isEqualTo(text);
      assertThat(part).doesNotContain(":", "*");
    }
  }
}
