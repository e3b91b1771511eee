package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Store;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes users by a cookie that this server has signed: {@code <id>.<signature>}, both
 * base64url. The signature is the HMAC-SHA256 of the cookie's name and the id. It never expires,
 * which is good enough for guests: their name is all there is to steal.
 */
public final class SignedCookie implements Authenticator {
  /** The cookie's name. */
  public static final String NAME = "heartline-user";

  private static final int MAX_LENGTH = 512;

  /** Null while it is not known yet. */
  private volatile @Nullable SecretKeySpec key;

  public SignedCookie(String secret) {
    secret(secret);
  }

  /** Makes one that knows nobody until it is told the secret. */
  public SignedCookie() {}

  /** Sets the secret, the same on all nodes. */
  public void secret(String secret) {
    key = new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256");
  }

  /**
   * Returns the cookie's value for a user.
   *
   * @throws Store.Unavailable while the secret is not known
   */
  public String sign(User user) {
    SecretKeySpec known = key;
    if (known == null) {
      throw new Store.Unavailable("the secret of all nodes is not known yet");
    }
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(user.id().getBytes(UTF_8));
    return id + '.' + signature(id, known);
  }

  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    if (key == null && !Cookies.values(credentials, NAME).isEmpty()) {
      return new Verdict.CannotSay("the guests' secret is not known yet").now();
    }
    return user(credentials)
        .<Verdict>map(user ->
            new Verdict.Known(new Identity(user, Identity.NEVER, Set.of(Identity.GUEST), null)))
        .orElseGet(Verdict.Nobody::new)
        .now();
  }

  /** Returns the guest named by a cookie; empty if there is no cookie that we have signed. */
  public Optional<User> user(Credentials credentials) {
    return Cookies.values(credentials, NAME).stream()
        .flatMap(value -> user(value).stream())
        .findFirst();
  }

  private Optional<User> user(String value) {
    SecretKeySpec known = key;
    int dot = value.indexOf('.');
    if (known == null || dot < 0 || value.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String id = value.substring(0, dot);
    if (!MessageDigest.isEqual(
        signature(id, known).getBytes(UTF_8), value.substring(dot + 1).getBytes(UTF_8))) {
      return Optional.empty();
    }
    String text =
        new String(Base64.getUrlDecoder().decode(id), UTF_8); // signed by us, so well-formed
    return User.problem(text) == null ? Optional.of(new User(text)) : Optional.empty();
  }

  private static String signature(String id, SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal((NAME + '=' + id).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is missing, although every Java has it", e);
    }
  }
}
