package io.heartline.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int MAX_BODY = 64 * 1024;

  private final FrameReader reader = new FrameReader(MAX_BODY);

  private List<Frame> read(String... messages) throws BadFrame {
    List<Frame> frames = new ArrayList<>();
    for (String message : messages) {
      reader.take(message);
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
    }
    return frames;
  }

  private Frame one(String message) throws BadFrame {
    List<Frame> frames = read(message);
    assertThat(frames).hasSize(1);
    return frames.get(0);
  }

  @Test
  void aFrameIsACommandHeadersAndABody() throws BadFrame {
    Frame frame = one("SEND\ndestination:/topic/a\nx:1:2\n\nhello\0");
    assertThat(frame.command()).isEqualTo("SEND");
    assertThat(frame.headers()).containsEntry("destination", "/topic/a").containsEntry("x", "1:2");
    assertThat(frame.body()).isEqualTo("hello");
  }

  @Test
  void aLineMayEndWithACarriageReturn() throws BadFrame {
    Frame frame = one("SEND\r\na:1\r\n\r\nx\0");
    assertThat(frame.command()).isEqualTo("SEND");
    assertThat(frame.headers()).containsExactly(Map.entry("a", "1"));
  }

  @Test
  void lineEndsBetweenFramesAreBeats() throws BadFrame {
    assertThat(read("\n", "\r\n", "\n\nSEND\n\n\0\n\nSEND\n\n\0\n")).hasSize(2);
    assertThat(reader.kept()).isZero();
  }

  @Test
  void aFrameMayBeCutAnywhere() throws BadFrame {
    String text = "SEND\ndestination:a\ncontent-length:8\n\n你\0好!\0\nSEND\n\nx\0";
    List<Frame> whole = read(text);
    assertThat(whole).extracting(Frame::body).containsExactly("你\0好!", "x");
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      List<String> parts = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int next = Math.min(text.length(), at + 1 + random.nextInt(7));
        parts.add(text.substring(at, next));
        at = next;
      }
      assertThat(read(parts.toArray(new String[0]))).as("%s", parts).isEqualTo(whole);
    }
  }

  @Test
  void contentLengthCountsBytesAndPermitsNul() throws BadFrame {
    assertThat(one("SEND\ncontent-length:3\n\na\0b\0").body()).isEqualTo("a\0b");
    assertThat(one("SEND\ncontent-length:4\n\n😀\0").body()).isEqualTo("😀");
    assertThat(one("SEND\ncontent-length:0\n\n\0").body()).isEmpty();
  }

  @Test
  void ofRepeatedHeadersTheFirstCounts() throws BadFrame {
    assertThat(one("SEND\na:1\na:2\n\n\0").header("a")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"V1_2, a\\nb\\rc\\cd\\\\e", "V1_1, a\\nb\\cd\\\\e"})
  void escapesAreUndone(Version version, String value) throws BadFrame {
    reader.version(version);
    String meant =
        value.replace("\\n", "\n").replace("\\r", "\r").replace("\\c", ":").replace("\\\\", "\\");
    assertThat(one("SEND\nk:" + value + "\n\n\0").header("k")).isEqualTo(meant);
  }

  @Test
  void connectAndTheFirstVersionHaveNoEscapes() throws BadFrame {
    assertThat(one("SEND\nk:a\\tb\n\n\0").header("k")).isEqualTo("a\\tb");
    reader.version(Version.V1_2);
    assertThat(one("CONNECT\nk:a\\tb\n\n\0").header("k")).isEqualTo("a\\tb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\tb", "a\\", "a\\rb"})
  void anUnknownEscapeIsNoStomp(String value) {
    reader.version(Version.V1_1);
    assertThatThrownBy(() -> read("SEND\nk:" + value + "\n\n\0")).isInstanceOf(BadFrame.class);
  }

  @Test
  void spacesBelongToAValueSinceOneDotOne() throws BadFrame {
    reader.version(Version.V1_2);
    assertThat(one("SEND\nk: v \n\n\0").header("k")).isEqualTo(" v ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SEND\0",
        "SEND\nno colon\n\n\0",
        "SEND\n:v\n\n\0",
        "SEND\nk:\0\n\n\0",
        "\0",
        "SEND\ncontent-length:x\n\n\0",
        "SEND\ncontent-length:-1\n\n\0",
        "SEND\ncontent-length:2\n\na\0\0\0x",
        "SEND\ncontent-length:1\n\nab\0",
        "SEND\ncontent-length:2\n\n你\0",
        "SEND\ncontent-length:99999999\n\n",
      })
  void whatIsNoStompIsToldApart(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(BadFrame.class);
  }

  @Test
  void whatIsKeptOfAFrameIsBounded() {
    assertThatThrownBy(() -> read("x".repeat(FrameReader.MAX_LINE + 1)))
        .hasMessageContaining("must have at most 8192 characters in its line");
    FrameReader fresh = new FrameReader(MAX_BODY);
    fresh.take("SEND\n" + "k:v\n".repeat(FrameReader.MAX_HEADERS + 1));
    assertThatThrownBy(fresh::next).hasMessageContaining("at most 64 headers");
    FrameReader large = new FrameReader(MAX_BODY);
    large.take("SEND\n" + ("k:" + "v".repeat(8000) + "\n").repeat(9));
    assertThatThrownBy(large::next).hasMessageContaining("all headers");
    FrameReader body = new FrameReader(10);
    body.take("SEND\n\n" + "x".repeat(11));
    assertThatThrownBy(body::next).hasMessageContaining("at most 10 bytes");
  }

  /** Whatever comes, it is read or refused, and what is written is read back as it was. */
  @Test
  void randomTextIsReadOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "\0\n\r:\\ncSEND\nCONNECT\n\n\0content-length:3\n你😀x";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        read(text.toString());
      } catch (BadFrame expected) {
        // refused
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }
}
