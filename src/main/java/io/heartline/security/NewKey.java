package io.heartline.security;

import io.heartline.model.RandomSecret;
import org.jspecify.annotations.Nullable;

/**
 * A key that was just made.
 *
 * @param secret the key: 256 random bits, as 43 URL-safe characters
 * @param line what a {@link ApiKeyFile file of keys} has for it; nobody can find the key by it
 */
public record NewKey(String secret, String line) {
  /**
   * Makes one.
   *
   * @param expires from when on it is refused; null for never
   * @throws IllegalArgumentException if a value breaks its rule; the message is the rule
   */
  public static NewKey make(String name, String scopes, @Nullable String expires) {
    String secret = RandomSecret.make();
    String line = name + " sha256=" + KeyHash.of(secret).hex() + " scopes=" + scopes
        + (expires == null ? "" : " expires=" + expires);
    try {
      KeyLines.read(line);
    } catch (KeyLines.Broken e) {
      throw new IllegalArgumentException(e.rule(), e);
    }
    return new NewKey(secret, line);
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return line;
  }
}
