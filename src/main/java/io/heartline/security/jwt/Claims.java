package io.heartline.security.jwt;

import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a token says whose signature was found good. */
final class Claims {
  /** The latest moment that is understood as seconds: the end of the year 9999. */
  private static final double LAST = 253_402_300_799.0;

  private final Map<String, Object> all;
  private final TokenRules rules;

  Claims(Map<String, Object> all, TokenRules rules) {
    this.all = all;
    this.rules = rules;
  }

  /**
   * Returns whose token it is.
   *
   * @param nowMillis since 1970
   * @throws BadToken if it breaks a rule
   */
  Identity identity(long nowMillis) throws BadToken {
    Long expiry = expiry(nowMillis);
    if (expiry == null && rules.expires()) {
      throw new BadToken("the token must say when it expires (exp)");
    }
    return new Identity(user(), expiry == null ? Identity.NEVER : expiry, grants(), tokenId());
  }

  /**
   * Returns until when the token is taken, in milliseconds since 1970; null if it does not expire.
   *
   * @param nowMillis since 1970
   * @throws BadToken if it is not taken now, or comes from others, or is for others
   */
  @Nullable
  Long expiry(long nowMillis) throws BadToken {
    long skew = rules.skew().toMillis();
    Long expiry = moment("exp");
    if (expiry != null && nowMillis >= expiry + skew) {
      throw new BadToken("the token has expired");
    }
    Long begin = moment("nbf");
    if (begin != null && nowMillis + skew < begin) {
      throw new BadToken("the token is not valid yet (nbf)");
    }
    if (!rules.issuers().isEmpty()
        && !(all.get("iss") instanceof String issuer && rules.issuers().contains(issuer))) {
      throw new BadToken("the token is of another issuer (iss)");
    }
    if (!rules.audiences().isEmpty() && !isForUs(all.get("aud"))) {
      throw new BadToken("the token is for another audience (aud)");
    }
    return expiry == null ? null : expiry + skew;
  }

  /** Returns a claim as it is; null if it is absent. */
  @Nullable
  Object value(String name) {
    return all.get(name);
  }

  /** Returns the name of the claim that says who the user is. */
  String userClaim() {
    return rules.user();
  }

  /** Returns what it says; null if it says nothing. */
  @Nullable
  String userText() {
    return text(find(rules.user()));
  }

  /** Returns a moment in milliseconds; null if the claim is absent. */
  private @Nullable Long moment(String name) throws BadToken {
    Object value = all.get(name);
    if (value == null && !all.containsKey(name)) {
      return null;
    }
    if (value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= LAST) {
      return (long) (number.doubleValue() * 1000);
    }
    throw new BadToken("the token's " + name + " must be a time in seconds since 1970");
  }

  private boolean isForUs(@Nullable Object audience) {
    return audience instanceof List<?> list
        ? list.stream()
            .anyMatch(one -> one instanceof String && rules.audiences().contains(one))
        : audience instanceof String && rules.audiences().contains(audience);
  }

  private User user() throws BadToken {
    String id = userText();
    if (id == null) {
      throw new BadToken("the token must say who the user is (" + rules.user() + ")");
    }
    String problem = User.problem(id);
    if (problem != null) {
      throw new BadToken("the user's name " + problem);
    }
    return new User(id);
  }

  private @Nullable String tokenId() throws BadToken {
    Object id = all.get("jti");
    if (id != null && !(id instanceof String)) { // it could never be revoked
      throw new BadToken("the token's jti must be a string");
    }
    return (String) id;
  }

  private Set<String> grants() {
    Set<String> grants = new LinkedHashSet<>();
    rules.groups().forEach(name -> words(find(name), "group:", grants));
    rules.claims().forEach(name -> words(find(name), "claim." + name + '=', grants));
    return grants;
  }

  private static void words(@Nullable Object value, String prefix, Set<String> words) {
    if (value instanceof List<?> list) {
      list.forEach(one -> word(one, prefix, words));
    } else {
      word(value, prefix, words);
    }
  }

  private static void word(@Nullable Object value, String prefix, Set<String> words) {
    String text = value instanceof Boolean ? value.toString() : text(value);
    if (text != null) {
      words.add(prefix + text);
    }
  }

  /** Returns a claim's text; null if it has none. */
  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text.isEmpty() ? null : text;
    }
    return value instanceof Long number ? number.toString() : null;
  }

  /** Finds a claim by its name, or else by its path, such as {@code realm_access.roles}. */
  private @Nullable Object find(String name) {
    return find(all, name);
  }

  private static @Nullable Object find(Map<?, ?> members, String name) {
    if (members.containsKey(name)) {
      return members.get(name);
    }
    int dot = name.indexOf('.');
    return dot > 0 && members.get(name.substring(0, dot)) instanceof Map<?, ?> inner
        ? find(inner, name.substring(dot + 1))
        : null;
  }
}
