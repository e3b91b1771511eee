package io.heartline.transport.sockjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentMessagesTest {
  private static final int LARGEST = 1024;

  @Test
  void anArrayOfStringsOrOneString() throws Exception {
    assertThat(SentMessages.read("[\"a\",\"\\u4f60\\n\"]", LARGEST)).containsExactly("a", "你\n");
    assertThat(SentMessages.read("\"a\"", LARGEST)).containsExactly("a");
    assertThat(SentMessages.read(" [ ] ", LARGEST)).isEmpty();
    assertThat(SentMessages.read("[\"\"]", LARGEST)).containsExactly("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"a", "[\"a\"", "[\"a\",]", "[1]", "[null]", "[[\"a\"]]", "[{}]", "{\"a\":1}", "1",
        "null", "true", "x", "[\"a\"]x", "[\"a\"][\"b\"]", "['a']", " ", "[\"\\x\"]",
            "[\"a\" \"b\"]"
      })
  void anythingElseIsBroken(String text) {
    assertThatThrownBy(() -> SentMessages.read(text, LARGEST))
        .isInstanceOfSatisfying(
            SentMessages.Broken.class,
            broken -> assertThat(broken.rule()).isEqualTo("Broken JSON encoding."));
  }

  @Test
  void nothingIsNotAPayload() {
    assertThatThrownBy(() -> SentMessages.read("", LARGEST))
        .isInstanceOfSatisfying(
            SentMessages.Broken.class,
            broken -> assertThat(broken.rule()).isEqualTo("Payload expected."));
  }

  /** Whatever comes, it is read or broken, and no more comes out than went in. */
  @Test
  void anyTextIsReadOrBroken() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] pieces = {
      "[", "]", "\"", "\\", "\\u", "00", "d83d", ",", "a", "{", "}", ":", "1", "null", " ", "\n",
      "\u0000", "你", "\ud83d", "\udc3c", "\"a\"", "[\"a\"]", "\ufeff"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "[" : "");
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        List<String> messages = SentMessages.read(text.toString(), LARGEST);
        assertThat(messages.stream().mapToInt(String::length).sum())
            .as("seed %s: %s", seed, text)
            .isLessThan(text.length());
        assertThat(messages).hasSizeLessThan(text.length());
      } catch (SentMessages.Broken broken) {
        assertThat(broken.rule()).isNotEmpty();
      } catch (SentMessages.TooLarge larger) {
        throw new AssertionError("seed " + seed + ": " + text, larger); // so much never goes in
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }
}
