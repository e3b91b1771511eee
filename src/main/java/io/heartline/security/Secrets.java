package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Keeps secrets that are only to be recognized. */
final class Secrets {
  private Secrets() {}

  /** Returns what is kept of a secret instead of it: its SHA-256. */
  static String hash(String secret) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing, although every Java has it", e);
    }
  }
}
