package io.heartline.model;

/**
 * What is known of a key to the HTTP interface, besides the key itself.
 *
 * @param name for logs; not a secret
 * @param expiresAtMillis from when on it is refused, in milliseconds since 1970; {@link #NEVER} if
 *     it does not expire
 */
public record ApiKey(String name, KeyScopes scopes, long expiresAtMillis) {
  /** The expiry of a key that does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  @Override
  public String toString() {
    return name;
  }
}
