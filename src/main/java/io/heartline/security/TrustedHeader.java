package io.heartline.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Authenticator;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.StrictUtf8;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Believes what a trusted proxy says of the user in a header. From anybody else the header means
 * nothing.
 *
 * @param proxies those that are believed
 * @param user the name of the header that holds the user's name
 * @param groups the name of the header that holds the groups, separated by commas; null for none
 * @param secret what the proxy sends in {@link #SECRET}; null if it need not
 * @param expiry how long what it says holds
 */
public record TrustedHeader(
    Networks proxies,
    String user,
    @Nullable String groups,
    @Nullable String secret,
    Expiry expiry) implements Authenticator {
  /** The header in which a proxy proves that it is ours. */
  public static final String SECRET = "X-Heartline-Secret";

  /** What grants say about a group. */
  private static final String GROUP = "group:";

  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    return verdict(credentials).now();
  }

  private Verdict verdict(Credentials credentials) {
    List<String> names = given(credentials, user);
    String peer = credentials.peer();
    if (names.isEmpty() || peer == null || !proxies.contain(peer)) {
      return new Verdict.Nobody();
    }
    if (secret != null && !isSecret(credentials.header(SECRET))) {
      return new Verdict.Wrong("the header " + SECRET + " is missing or wrong");
    }
    List<String> lists = groups == null ? List.of() : given(credentials, groups);
    if (names.size() > 1 || lists.size() > 1) {
      String twice = names.size() > 1 ? user : String.valueOf(groups);
      return new Verdict.Wrong("the header " + twice + " must be given once");
    }
    try {
      String name = text(names.get(0));
      String problem = User.problem(name);
      return problem == null
          ? new Verdict.Known(identity(name, lists))
          : new Verdict.Wrong("the user's name " + problem);
    } catch (CharacterCodingException e) {
      return new Verdict.Wrong("the proxy's headers must be UTF-8");
    }
  }

  /** Returns the values of a header that are not empty: an empty one is how proxies drop it. */
  private static List<String> given(Credentials credentials, String header) {
    return credentials.header(header).stream().filter(value -> !value.isBlank()).toList();
  }

  private boolean isSecret(List<String> given) {
    return secret != null
        && given.size() == 1
        && MessageDigest.isEqual(secret.getBytes(UTF_8), given.get(0).getBytes(UTF_8));
  }

  private Identity identity(String name, List<String> lists) throws CharacterCodingException {
    Set<String> grants = lists.isEmpty()
        ? Set.of()
        : Stream.of(text(lists.get(0)).split(",", -1))
            .map(String::strip)
            .filter(group -> !group.isEmpty())
            .map(GROUP::concat)
            .collect(Collectors.toSet());
    return new Identity(new User(name), expiry.fromNow(), grants, null);
  }

  /** Containers read headers as ISO 8859-1, whatever the proxy has written. */
  private static String text(String value) throws CharacterCodingException {
    if (value.chars().anyMatch(c -> c > 0xff)) {
      return value.strip(); // this container does not
    }
    byte[] bytes = value.getBytes(ISO_8859_1);
    return StrictUtf8.decode(bytes, bytes.length).strip();
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "the header " + user;
  }
}
