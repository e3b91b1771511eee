package io.heartline.security.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.heartline.engine.Authenticator;
import io.heartline.testing.FakeTime;
import io.heartline.testing.Issuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A server that looks at tokens, without the server. */
final class Bench {
  static final TokenRules RULES = new TokenRules(
      Set.of(Issuer.ISSUER, "https://other.example"),
      Set.of(Issuer.AUDIENCE),
      true,
      Duration.ofSeconds(30),
      "sub",
      List.of("groups", "realm.roles"),
      List.of("team", "tier", "https://shop.example/tenant"));

  final FakeTime time = new FakeTime();
  final Tokens tokens;

  Bench(KeySource keys) {
    this(keys, RULES);
  }

  Bench(KeySource keys, TokenRules rules) {
    tokens = new Tokens(keys, rules, new TokenPlaces("live-token"), time);
    time.jump(Duration.ofMillis(System.currentTimeMillis() - time.epochMicros() / 1000));
  }

  /** Keys in a file of this content. */
  static KeyFile file(Path folder, KeyFormat format, String content) throws BadKeys {
    return file(folder, format, content, List.of());
  }

  static KeyFile file(Path folder, KeyFormat format, String content, List<String> algorithms)
      throws BadKeys {
    try {
      Path file = Files.writeString(folder.resolve("keys"), content);
      return KeyFile.open(file, format, Algorithms.of(algorithms), () -> 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A set of the public keys of these issuers. */
  static String set(Issuer... issuers) {
    return new JWKSet(List.of(issuers).stream().map(Issuer::key).toList()).toString();
  }

  static String pem(JWK key) {
    try {
      byte[] bytes = switch (key.getKeyType().getValue()) {
        case "RSA" -> key.toRSAKey().toRSAPublicKey().getEncoded();
        default -> key.toECKey().toECPublicKey().getEncoded();
      };
      return "-----BEGIN PUBLIC KEY-----\n"
          + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
          + "\n-----END PUBLIC KEY-----\n";
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** What is found out about a token said in a message. */
  Authenticator.Verdict said(String token) {
    return ask(tokens.shown(), Map.of(), token);
  }

  static Authenticator.Verdict ask(
      Authenticator authenticator, Map<String, List<String>> headers, @Nullable String token) {
    return authenticator
        .authenticate(new Authenticator.Credentials() {
          @Override
          public @Nullable String principal() {
            return null;
          }

          @Override
          public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
          }

          @Override
          public @Nullable String token() {
            return token;
          }
        })
        .toCompletableFuture()
        .join();
  }
}
