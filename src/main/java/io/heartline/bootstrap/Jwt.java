package io.heartline.bootstrap;

import io.heartline.api.RemoteCalls;
import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.JwtSettings;
import io.heartline.security.jwt.Algorithms;
import io.heartline.security.jwt.BadKeys;
import io.heartline.security.jwt.KeyFile;
import io.heartline.security.jwt.KeyFormat;
import io.heartline.security.jwt.KeySource;
import io.heartline.security.jwt.KeyUrl;
import io.heartline.security.jwt.TokenPlaces;
import io.heartline.security.jwt.TokenRules;
import io.heartline.security.jwt.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes what knows users by signed tokens, from its settings. */
final class Jwt {
  /** How long the keys at an address may take. Clients wait for them. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** The largest set of keys, in bytes. */
  private static final int MAX_BYTES = 256 * 1024;

  private Jwt() {}

  /**
   * @param outside asks for keys at an address
   * @throws BadSetting if the keys cannot be used; it shows none of them
   */
  static Tokens open(JwtSettings settings, Outside outside) {
    return new Tokens(
        keys(settings, outside),
        new TokenRules(
            Set.copyOf(settings.issuers()),
            Set.copyOf(settings.audiences()),
            settings.expires(),
            settings.skew(),
            settings.user(),
            settings.groups(),
            settings.claims()),
        new TokenPlaces(settings.cookie().orElse(null)),
        outside.time());
  }

  private static KeySource keys(JwtSettings settings, Outside outside) {
    Algorithms algorithms = algorithms(settings);
    Optional<URI> url = settings.jwksUrl();
    if (url.isPresent()) {
      RemoteCalls remote = outside.remote(TIMEOUT, 1, MAX_BYTES);
      return new KeyUrl(
          url.get(),
          algorithms,
          settings.refresh(),
          settings.keep(),
          from -> remote.get(from, Map.of()),
          outside.time()::nanos);
    }
    Optional<Path> secrets = settings.secretFile();
    if (secrets.isPresent()) {
      return file(JwtSettings.SECRET_FILE, secrets.get(), KeyFormat.SECRET, algorithms, outside);
    }
    Optional<Path> pem = settings.publicKeyFile();
    return pem.isPresent()
        ? file(JwtSettings.PUBLIC_KEY_FILE, pem.get(), KeyFormat.PEM, algorithms, outside)
        : file(
            JwtSettings.JWKS_FILE,
            settings.jwksFile().orElseThrow(),
            KeyFormat.JWKS,
            algorithms,
            outside);
  }

  private static Algorithms algorithms(JwtSettings settings) {
    try {
      return Algorithms.of(settings.algorithms());
    } catch (IllegalArgumentException e) {
      throw new BadSetting(
          JwtSettings.ALGORITHMS,
          String.join(",", settings.algorithms()),
          String.valueOf(e.getMessage()));
    }
  }

  private static KeySource file(
      String property, Path file, KeyFormat format, Algorithms algorithms, Outside outside) {
    try {
      return KeyFile.open(file, format, algorithms, outside.time()::nanos);
    } catch (BadKeys bad) {
      throw new BadSetting(property, file.toString(), bad.rule());
    }
  }
}
