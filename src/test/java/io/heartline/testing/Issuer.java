package io.heartline.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An application that logs users in and signs tokens for them. */
public final class Issuer {
  /** What {@link #settings} tell the server to ask for. */
  public static final String ISSUER = "https://shop.example";

  public static final String AUDIENCE = "heartline";

  private static final String SECRET = "0123456789abcdef0123456789abcdef-a-secret-of-the-tests";

  private final JWSAlgorithm algorithm;
  private final @Nullable JWK key;
  private final JWSSigner signer;

  private Issuer(JWSAlgorithm algorithm, @Nullable JWK key, JWSSigner signer) {
    this.algorithm = algorithm;
    this.key = key;
    this.signer = signer;
  }

  /** One that shares a secret with the server. */
  public static Issuer withSecret() {
    return withSecret(SECRET);
  }

  public static Issuer withSecret(String secret) {
    try {
      return new Issuer(JWSAlgorithm.HS256, null, new MACSigner(secret));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** One with an RSA key of this name. */
  public static Issuer withRsa(String id) {
    try {
      RSAKey key = new RSAKeyGenerator(2048).keyID(id).generate();
      return new Issuer(JWSAlgorithm.RS256, key, new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** One with an EC key of this name. */
  public static Issuer withEc(String id) {
    try {
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID(id).generate();
      return new Issuer(JWSAlgorithm.ES256, key, new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The key pair; not for those with a secret. */
  public JWK key() {
    if (key == null) {
      throw new AssertionError("it has a secret");
    }
    return key;
  }

  /** Writes the secret where a server reads it, and returns the settings for that. */
  public static String[] settings(Path folder) {
    return settings("heartline.jwt.secret.file=" + secretFile(folder));
  }

  /** The settings of a server that takes tokens, with where its keys are. */
  public static String[] settings(String keys) {
    return new String[] {
      "heartline.auth=container,jwt",
      "heartline.jwt.issuer=" + ISSUER,
      "heartline.jwt.audience=" + AUDIENCE,
      keys
    };
  }

  public static Path secretFile(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.writeString(folder.resolve("jwt.secret"), SECRET + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A token that is good for five minutes. */
  public String token(String user) {
    return token(user, Duration.ofMinutes(5));
  }

  /** A token that is good for so long. */
  public String token(String user, Duration life) {
    return token(user, claims -> claims.expirationTime(Date.from(Instant.now().plus(life))));
  }

  /** A token that is good for five minutes, but for these changes. */
  public String token(String user, Consumer<JWTClaimsSet.Builder> changes) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
        .subject(user)
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(5))));
    changes.accept(claims);
    return signed(new JWSHeader.Builder(algorithm), claims.build());
  }

  /** A token with this header, but for the key's name. */
  public String signed(JWSHeader.Builder header, JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(header.keyID(key == null ? null : key.getKeyID()).build(), claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }
}
