package io.heartline.bootstrap.settings;

import java.util.Optional;

/**
 * How a trusted proxy says who a client is.
 *
 * @param user the name of the header that holds the user's name
 * @param groups the name of the header that holds the groups; empty if there is none
 * @param secret with which the proxy proves that it is ours; empty if it need not
 */
public record HeaderSettings(String user, Optional<String> groups, Optional<String> secret) {
  static final String USER = "heartline.auth.header";
  private static final String GROUPS = "heartline.auth.header.groups";
  private static final String SECRET = "heartline.auth.header.secret";
  private static final String NAME = "[A-Za-z0-9-]{1,64}";

  /** Headers that mean something else. */
  private static final String TAKEN =
      "(?i)authorization|connection|cookie|forwarded|host|origin|referer|upgrade|sec-.*|x-forwarded-.*";

  /** Returns what is set; empty if nothing is. */
  static Optional<HeaderSettings> read(Property property) {
    Optional<String> groups = name(property, GROUPS);
    Optional<String> secret = property.secret(SECRET, value -> "set");
    if (secret.isPresent() && !secret.get().matches("[!-~]{16,}")) {
      throw new BadSetting( // without the secret: logs are read by many
          SECRET,
          "the secret",
          "must have at least 16 characters, of A-Z a-z 0-9 and punctuation, without spaces");
    }
    return name(property, USER).map(user -> new HeaderSettings(user, groups, secret));
  }

  private static Optional<String> name(Property property, String of) {
    Optional<String> name = property.text(of);
    if (name.isPresent() && (!name.get().matches(NAME) || name.get().matches(TAKEN))) {
      throw new BadSetting(
          of, name.get(), "must be the name of a header of your own, such as X-User");
    }
    return name;
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return user;
  }
}
