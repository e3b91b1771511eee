package io.heartline.transport.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
  private final Frames frames = new Frames(1 << 20);

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] bytes(int... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int value : values) {
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  /** RFC 6455, 5.7: "a single-frame unmasked text message". */
  @Test
  void theExampleOfTheRfc() {
    assertThat(bytes(frames.of(List.of("Hello"))))
        .containsExactly(bytes(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f));
  }

  @Test
  void anEmptyTextIsAFrameToo() {
    assertThat(bytes(frames.of(List.of("")))).containsExactly(bytes(0x81, 0x00));
  }

  @ParameterizedTest
  @CsvSource({
    "125, 817d",
    "126, 817e007e",
    "65535, 817effff",
    "65536, 817f0000000000010000",
    "300000, 817f00000000000493e0"
  })
  void theLengthIsWrittenInAsFewBytesAsItTakes(int length, String header) {
    byte[] frame = bytes(frames.of(List.of("x".repeat(length))));
    byte[] expected = java.util.HexFormat.of().parseHex(header);
    assertThat(frame).startsWith(expected).hasSize(expected.length + length).endsWith('x');
  }

  @Test
  void theLengthIsThatOfTheBytes() {
    String text = "你🐼é";
    byte[] frame = bytes(frames.of(List.of(text)));
    assertThat(frame).startsWith(0x81, 9).hasSize(11);
    assertThat(new String(frame, 2, 9, UTF_8)).isEqualTo(text);
  }

  @Test
  void halfACharacterBecomesAQuestionMark() {
    assertThat(bytes(frames.of(List.of("a\ud83d.")))).containsExactly(0x81, 3, 'a', '?', '.');
  }

  @Test
  void textsFollowEachOther() {
    assertThat(bytes(frames.of(List.of("a", "bc"))))
        .containsExactly(0x81, 1, 'a', 0x81, 2, 'b', 'c');
  }

  @Test
  void aPingHasNoContent() {
    assertThat(bytes(Frames.ping())).containsExactly(bytes(0x89, 0x00));
  }

  @Test
  void linesThatWriteTheSameShareItAndEachReadsItFromItsBegin() {
    ByteBuffer one = frames.of(List.of("same", "texts"));
    byte[] read = bytes(one);
    ByteBuffer other = frames.of(List.of("same", "texts"));
    assertThat(other.array()).isSameAs(one.array());
    assertThat(bytes(other)).containsExactly(read);
  }

  @Test
  void whatBeginsAlikeIsNotTheSame() {
    frames.of(List.of("same", "texts"));
    assertThat(bytes(frames.of(List.of("same")))).startsWith(0x81, 4).hasSize(6);
    assertThat(bytes(frames.of(List.of("same", "tests")))).endsWith('t', 'e', 's', 't', 's');
  }

  @Test
  void whatIsLongIsMadeOnceToo() {
    List<String> texts = List.of("x".repeat(256 * 1024));
    assertThat(frames.of(texts).array()).isSameAs(frames.of(texts).array());
    List<String> longest = List.of("y".repeat(2 << 20)); // more than all together may take
    assertThat(frames.of(longest).array()).isSameAs(frames.of(longest).array());
  }

  @Test
  void allThatIsKeptIsBounded() {
    for (int i = 0; i < 500; i++) {
      frames.of(List.of(i + "x".repeat(50_000)));
      assertThat(frames.bytes()).isBetween(100_000L, 1L << 20);
    }
    Frames few = new Frames(1 << 30);
    for (int i = 0; i < 500; i++) {
      few.of(List.of("one", "text " + i)); // they take each other's place
    }
    assertThat(few.bytes()).isLessThan(1000);
  }

  @Test
  void whoNeedsWhatIsBeingMadeWaitsForIt() throws InterruptedException {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<byte[]> made = Collections.synchronizedList(new ArrayList<>());
    List<String> texts = new AbstractList<>() {
      @Override
      public String get(int index) {
        return "text";
      }

      @Override
      public int size() { // is asked first by who makes the frames
        if (making.getCount() > 0) {
          making.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        }
        return 1;
      }
    };
    Thread first = new Thread(() -> made.add(frames.of(texts).array()));
    first.start();
    making.await();
    Thread second = new Thread(() -> made.add(frames.of(List.of("text")).array()));
    second.start();
    while (second.isAlive() && second.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    assertThat(made).isEmpty();
    goOn.countDown();
    first.join();
    second.join();
    assertThat(made.get(1)).isSameAs(made.get(0));
  }
}
