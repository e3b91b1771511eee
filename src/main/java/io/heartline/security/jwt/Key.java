package io.heartline.security.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key, and the algorithms with which it may have signed. These belong to the key: what a token
 * says about its algorithm only picks one of them. So a public key never checks an HMAC, of which
 * everybody could make one.
 *
 * @param id its name in a set of keys; null if it has none
 */
record Key(@Nullable String id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
  /**
   * The shortest secret, in bytes: as long as the hash of the weakest algorithm (RFC 7518, 3.2).
   */
  static final int MIN_SECRET = 32;

  private static final int MIN_RSA = 2048;

  /** Beyond this a check takes so long that strangers could make us busy. */
  private static final int MAX_RSA = 8192;

  /** The algorithms that an operator may name. */
  enum Algorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512
  }

  /**
   * @param only the algorithms that may be used at all
   * @throws BadKeys if it cannot be used
   */
  static Key secret(@Nullable String id, byte[] secret, Set<Algorithm> only) throws BadKeys {
    if (secret.length < MIN_SECRET) {
      throw new BadKeys("must hold a secret of at least " + MIN_SECRET + " bytes: it has "
          + secret.length + "; make one with: openssl rand -base64 48");
    }
    try {
      return made(id, new MACVerifier(secret), only);
    } catch (JOSEException e) {
      throw new BadKeys("holds a secret that cannot be used");
    }
  }

  /**
   * @param only the algorithms that may be used at all
   * @throws BadKeys if it cannot be used
   */
  static Key of(@Nullable String id, PublicKey key, Set<Algorithm> only) throws BadKeys {
    try {
      if (key instanceof RSAPublicKey rsa) {
        int bits = rsa.getModulus().bitLength();
        if (bits < MIN_RSA || bits > MAX_RSA) {
          throw new BadKeys(
              "must hold RSA keys of " + MIN_RSA + " to " + MAX_RSA + " bits: one has " + bits);
        }
        return made(id, new RSASSAVerifier(rsa), only);
      }
      if (key instanceof ECPublicKey ec) {
        return made(id, new ECDSAVerifier(ec), only);
      }
    } catch (JOSEException e) { // a curve that is not P-256, P-384 or P-521
      throw new BadKeys("must hold EC keys of the curves P-256, P-384 or P-521 only");
    }
    throw new BadKeys("must hold RSA or EC keys: one is " + key.getAlgorithm());
  }

  private static Key made(@Nullable String id, JWSVerifier verifier, Set<Algorithm> only)
      throws BadKeys {
    Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
    for (Algorithm algorithm : EnumSet.copyOf(only)) {
      JWSAlgorithm name = JWSAlgorithm.parse(algorithm.name());
      if (verifier.supportedJWSAlgorithms().contains(name)) {
        algorithms.add(name);
      }
    }
    if (algorithms.isEmpty()) {
      throw new BadKeys("must fit the algorithms that are allowed: " + only);
    }
    return new Key(id, Set.copyOf(algorithms), verifier);
  }

  /** Returns the same key for those of its algorithms that its set names: one. */
  Key only(JWSAlgorithm algorithm) throws BadKeys {
    if (!algorithms.contains(algorithm)) {
      throw new BadKeys("names an algorithm that does not fit its key or is not allowed");
    }
    return new Key(id, Set.of(algorithm), verifier);
  }

  /** Returns whether a token that names this key and this algorithm may be signed by it. */
  boolean fits(@Nullable String wanted, JWSAlgorithm algorithm) {
    return algorithms.contains(algorithm) && (id == null || wanted == null || id.equals(wanted));
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "a key for " + algorithms;
  }
}
