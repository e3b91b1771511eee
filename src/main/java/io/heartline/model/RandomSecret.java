package io.heartline.model;

import java.security.SecureRandom;
import java.util.Base64;

/** A secret that nobody can guess. */
public final class RandomSecret {
  private static final int BYTES = 32;

  private RandomSecret() {}

  /** Returns a new one: 256 random bits, as 43 URL-safe characters. */
  public static String make() {
    byte[] bits = new byte[BYTES];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
