package io.heartline.security.jwt;

import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says that opens a channel: which one, to whom, and until when. Its header names the
 * type {@code channel+jwt}: a token that says who somebody is opens no channel, and one that opens
 * a channel logs nobody in.
 */
final class ChannelClaims {
  /** What the header must say of its type. */
  static final Set<String> TYPES = Set.of("channel+jwt", "application/channel+jwt");

  private ChannelClaims() {}

  /**
   * Returns until when a token opens a channel, in milliseconds since 1970.
   *
   * @throws BadToken if it does not open it to this client
   */
  static long until(Claims claims, Identity identity, ChannelName channel, long nowMillis)
      throws BadToken {
    Long expiry = claims.expiry(nowMillis);
    if (expiry == null) {
      throw new BadToken("the token must say when it expires (exp)");
    }
    if (!names(claims.value("channel"), channel)) {
      throw new BadToken("the token is for another channel (channel)");
    }
    User user = identity.user();
    String subject = claims.userText();
    if (user == null ? subject != null : !user.id().equals(subject)) {
      throw new BadToken("the token is for another user (" + claims.userClaim() + ")");
    }
    if (channel.text().startsWith(User.PREFIX)
        && (user == null || !channel.equals(user.channel()))) {
      throw new BadToken("no token opens the channel of another user");
    }
    return expiry;
  }

  private static boolean names(@Nullable Object value, ChannelName channel) {
    return value instanceof List<?> list
        ? list.contains(channel.text())
        : channel.text().equals(value);
  }
}
