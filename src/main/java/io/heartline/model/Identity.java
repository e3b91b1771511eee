package io.heartline.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a line belongs to, as authentication says, and how long that is valid. An identity belongs to
 * its line and may be renewed.
 *
 * @param user null if anonymous
 * @param expiresAtMillis when it expires, in milliseconds since 1970; {@link #NEVER} if it does not
 * @param grants what the credentials allow, in words that the rights understand; empty if they say
 *     nothing about it
 * @param tokenId names the credentials, so that they can be revoked; null if they have no name
 */
public record Identity(
    @Nullable User user,
    long expiresAtMillis,
    Set<String> grants,
    @Nullable String tokenId) {
  /** The expiry of an identity that does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Granted to users whom anybody can become, such as those of the demo. */
  public static final String GUEST = "guest";

  /** An anonymous identity that does not expire. */
  public static final Identity ANONYMOUS = new Identity(null, NEVER, Set.of(), null);

  public Identity {
    grants = Set.copyOf(grants);
  }

  /** Returns whether it belongs to a user whom anybody can become. */
  public boolean isGuest() {
    return grants.contains(GUEST);
  }

  /** Returns the identity of a user whose credentials do not expire and grant nothing special. */
  public static Identity of(User user) {
    return new Identity(user, NEVER, Set.of(), null);
  }
}
