package io.heartline.store.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script that Redis runs as one step. Redis knows it by the SHA-1 of its text. */
public final class Script {
  private final String name;
  private final byte[] text;
  private final byte[] sha;

  private Script(String name, byte[] text) {
    this.name = name;
    this.text = text;
    sha = sha(text);
  }

  /**
   * Reads a script that lies beside a class.
   *
   * @param names of its files, such as {@code publish.lua}; the last one names it
   */
  public static Script beside(Class<?> owner, String... names) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (String name : names) {
      try (InputStream in = owner.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("no such script: " + name);
        }
        in.transferTo(text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Script(names[names.length - 1], text.toByteArray());
  }

  private static byte[] sha(byte[] text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text);
      return Bytes.of(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  byte[] text() {
    return text;
  }

  byte[] sha() {
    return sha;
  }

  @Override
  public String toString() {
    return name;
  }
}
