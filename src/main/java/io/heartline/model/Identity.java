package io.heartline.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a line belongs to, as authentication says, and for how long that holds. It belongs to the
 * line and may be renewed.
 *
 * @param user null if anonymous
 * @param expiresAtMillis since 1970, when it ends; {@link #NEVER} if it does not
 * @param grants what the credentials say that their bearer may do, in words that rights understand;
 *     empty if they say nothing
 * @param tokenId names the credentials, so that they can be revoked; null if they have no name
 */
public record Identity(
    @Nullable User user,
    long expiresAtMillis,
    Set<String> grants,
    @Nullable String tokenId) {
  /** The end of an identity that does not expire. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Nobody in particular, for ever. */
  public static final Identity ANONYMOUS = new Identity(null, NEVER, Set.of(), null);

  public Identity {
    grants = Set.copyOf(grants);
  }

  /** Returns a user whose credentials do not expire and grant nothing special. */
  public static Identity of(User user) {
    return new Identity(user, NEVER, Set.of(), null);
  }
}
