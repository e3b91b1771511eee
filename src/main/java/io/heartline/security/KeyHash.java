package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a key. Two are compared in a time that does not depend on where they differ.
 * Looking one up in a hash map reveals at most whether its first 32 bits are those of a known one,
 * which is of no use to somebody who does not know that key.
 */
final class KeyHash {
  private static final int BYTES = 32;

  private final byte[] bytes;

  private KeyHash(byte[] bytes) {
    this.bytes = bytes;
  }

  static KeyHash of(String key) {
    try {
      return new KeyHash(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }

  /** Returns the hash that is written as 64 hex digits; null if it is not. */
  static @Nullable KeyHash parse(String hex) {
    return hex.matches("[0-9A-Fa-f]{" + 2 * BYTES + "}")
        ? new KeyHash(HexFormat.of().parseHex(hex))
        : null;
  }

  /** Returns it as 64 hex digits. */
  String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyHash hash && MessageDigest.isEqual(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** Shows nothing: where keys are short, their hashes are secrets too. */
  @Override
  public String toString() {
    return "a key's hash";
  }
}
