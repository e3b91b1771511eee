package io.heartline.security.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token in its three parts. Its header is what anybody may have written: it picks among our keys
 * and their algorithms, and all else in it (jku, jwk, x5u, x5c) is ignored.
 */
final class SignedToken {
  /** The longest token, in characters. */
  static final int MAX_LENGTH = 8192;

  /** How many keys a token that names none is checked with: each check takes time. */
  private static final int MAX_TRIES = 8;

  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  /** Those that say who somebody is. Others are for other purposes, such as a log-out. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private final JWSObject token;

  private SignedToken(JWSObject token) {
    this.token = token;
  }

  /** @throws BadToken if it is none, or not one that says who somebody is */
  static SignedToken parse(String text) throws BadToken {
    SignedToken signed = read(text);
    JOSEObjectType type = signed.token.getHeader().getType();
    if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
      throw new BadToken("the token is for another purpose (typ)");
    }
    return signed;
  }

  /** @throws BadToken if it is none, or does not name one of these types */
  static SignedToken parse(String text, Set<String> types) throws BadToken {
    SignedToken signed = read(text);
    JOSEObjectType type = signed.token.getHeader().getType();
    if (type == null || !types.contains(type.getType().toLowerCase(Locale.ROOT))) {
      throw new BadToken("the token is for another purpose (typ)");
    }
    return signed;
  }

  private static SignedToken read(String text) throws BadToken {
    if (text.length() > MAX_LENGTH) {
      throw new BadToken("the token has more than " + MAX_LENGTH + " characters");
    }
    if (!SHAPE.matcher(text).matches()) { // encrypted and unsigned ones, too, are others
      throw new BadToken("the token is not a signed JWT");
    }
    JWSObject token;
    try {
      token = JWSObject.parse(text);
    } catch (ParseException
        | RuntimeException
        | StackOverflowError e) { // whatever it stumbles over
      throw new BadToken("the token's header cannot be read");
    }
    JWSHeader header = token.getHeader();
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw new BadToken("the token has critical headers (crit), and none is understood here");
    }
    return new SignedToken(token);
  }

  /** Returns the name of the key that it says it is signed with; null if it says none. */
  @Nullable
  String keyId() {
    return token.getHeader().getKeyID();
  }

  JWSAlgorithm algorithm() {
    return token.getHeader().getAlgorithm();
  }

  /**
   * Returns what it says.
   *
   * @param keys those that may have signed it
   * @throws BadToken if none of them has
   */
  Map<String, Object> claims(List<Key> keys) throws BadToken {
    if (keys.size() > MAX_TRIES) {
      throw new BadToken("the token must name its key (kid): there are " + keys.size());
    }
    if (keys.stream().noneMatch(this::isSignedBy)) {
      throw new BadToken("the token is signed by none of the keys here");
    }
    Map<String, Object> claims = token.getPayload().toJSONObject();
    if (claims == null) {
      throw new BadToken("the token's claims are not a JSON object");
    }
    return claims;
  }

  private boolean isSignedBy(Key key) {
    Base64URL signature = token.getSignature();
    try {
      return key.verifier().verify(token.getHeader(), token.getSigningInput(), signature);
    } catch (JOSEException e) { // such as: the signature has a length that this key's cannot have
      return false;
    }
  }
}
