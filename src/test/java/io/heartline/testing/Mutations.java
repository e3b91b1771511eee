package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes of what is well formed something that hardly is, by chance. */
public final class Mutations {
  /** What has made parsers stumble. */
  private static final List<String> PIECES = List.of(
      "\0",
      "\n",
      "\r\n\r\n",
      "\"",
      "\\",
      "\\u0000",
      "\\ud800",
      "\\udc00\\ud800",
      "{",
      "}",
      "[",
      "]",
      "[".repeat(2_000),
      "{\"a\":".repeat(500),
      ",",
      ":",
      "null",
      "true",
      "-0",
      "1e999",
      "1E-400",
      "9".repeat(400),
      "-9223372036854775809",
      "0.1e",
      "NaN",
      "\ufeff",
      "\u202e",
      "\u4f60",
      "\ud83d\ude00",
      "%",
      "%00",
      "%zz",
      "%ff",
      "&",
      "=",
      ";",
      "#",
      "/../",
      "__proto__",
      "x".repeat(300),
      "x".repeat(70_000));

  private static final byte[][] BROKEN = {
    {(byte) 0xff},
    {(byte) 0xc0, (byte) 0x80},
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
    {(byte) 0xe2}
  };

  private final Random random;

  public Mutations(Random random) {
    this.random = random;
  }

  /** Returns one of them. */
  public <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Returns one of the texts with some changes; one in ten is as it was. */
  public byte[] of(List<String> texts) {
    byte[] bytes = one(texts).getBytes(UTF_8);
    for (int changes = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(4);
        changes > 0;
        changes--) {
      bytes = changed(bytes, one(texts).getBytes(UTF_8));
    }
    return bytes;
  }

  private byte[] changed(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
    byte[] piece = random.nextInt(6) == 0
        ? BROKEN[random.nextInt(BROKEN.length)]
        : one(PIECES).getBytes(UTF_8);
    return switch (random.nextInt(8)) {
      case 0 -> join(bytes, at, piece, at);
      case 1 -> join(bytes, at, piece, end);
      case 2 -> join(bytes, at, new byte[0], end);
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> join(bytes, at, Arrays.copyOfRange(bytes, at, end), at); // twice
      case 5 ->
        join(bytes, at, Arrays.copyOfRange(other, other.length / 2, other.length), bytes.length);
      case 6 -> join(bytes, at, new byte[] {(byte) random.nextInt(256)}, end);
      default -> flipped(bytes);
    };
  }

  private byte[] flipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] join(byte[] bytes, int until, byte[] middle, int from) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, 0, until);
    all.writeBytes(middle);
    all.write(bytes, from, bytes.length - from);
    return all.toByteArray();
  }
}
