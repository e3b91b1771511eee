package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The keys to the HTTP interface. Only their hashes are kept, and the time a comparison takes
 * reveals nothing about them.
 */
public final class ApiKeys {
  private static final String BEARER = "bearer ";

  private final List<byte[]> hashes;

  public ApiKeys(List<String> keys) {
    hashes = keys.stream().map(ApiKeys::hash).toList();
  }

  /** Returns whether an {@code Authorization} header, null if absent, carries one of the keys. */
  public boolean admit(@Nullable String authorization) {
    if (authorization == null || !isBearer(authorization)) {
      return false;
    }
    byte[] given = hash(authorization.substring(BEARER.length()).strip());
    boolean known = false;
    for (byte[] hash : hashes) {
      known |= MessageDigest.isEqual(hash, given);
    }
    return known;
  }

  /** Returns whether a header is of the scheme of our keys, whatever its key. */
  static boolean isBearer(String authorization) {
    return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER);
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }
}
