package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.protocol.Bearer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys to the HTTP interface. Only their hashes are kept, and the time a comparison takes
 * reveals nothing about them.
 */
public final class ApiKeys {
  private final List<byte[]> hashes;

  public ApiKeys(List<String> keys) {
    hashes = keys.stream().map(ApiKeys::hash).toList();
  }

  /** Returns whether an {@code Authorization} header, null if absent, carries one of the keys. */
  public boolean admit(@Nullable String authorization) {
    String key = Bearer.token(authorization);
    if (key == null) {
      return false;
    }
    byte[] given = hash(key);
    boolean known = false;
    for (byte[] hash : hashes) {
      known |= MessageDigest.isEqual(hash, given);
    }
    return known;
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }
}
