package io.heartline.bootstrap.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Signed tokens (JWT), as an operator sets them.
 *
 * @param secretFile the file with the secrets that tokens are signed with
 * @param publicKeyFile the file with the public keys, in PEM
 * @param jwksFile the file with the public keys, as a set in JSON
 * @param jwksUrl the address of such a set
 * @param refresh how often the address is asked
 * @param keep how long its keys are good while it cannot be asked
 * @param algorithms that tokens may be signed by; empty for all that fit the keys
 * @param issuers of which one must have issued a token; empty if anybody may
 * @param audiences of which a token must be for one; empty if it may be for anybody
 * @param expires whether a token must say when it expires
 * @param skew how far clocks may be apart
 * @param user the claim that says who the user is
 * @param groups the claims that say in which groups the user is
 * @param claims the claims that rights may be given by
 * @param cookie the cookie that may hold a token
 */
public record JwtSettings(
    Optional<Path> secretFile,
    Optional<Path> publicKeyFile,
    Optional<Path> jwksFile,
    Optional<URI> jwksUrl,
    Duration refresh,
    Duration keep,
    List<String> algorithms,
    List<String> issuers,
    List<String> audiences,
    boolean expires,
    Duration skew,
    String user,
    List<String> groups,
    List<String> claims,
    Optional<String> cookie) {
  /** The name of this way in {@code heartline.auth}. */
  public static final String WAY = "jwt";

  public static final String SECRET_FILE = "heartline.jwt.secret.file";
  public static final String PUBLIC_KEY_FILE = "heartline.jwt.public-key.file";
  public static final String JWKS_FILE = "heartline.jwt.jwks.file";
  public static final String ALGORITHMS = "heartline.jwt.algorithms";
  private static final String JWKS_URL = "heartline.jwt.jwks.url";
  private static final String ISSUER = "heartline.jwt.issuer";
  private static final String AUDIENCE = "heartline.jwt.audience";
  private static final String SKEW = "heartline.jwt.skew";
  private static final String COOKIE = "heartline.jwt.cookie";
  private static final String USER = "heartline.jwt.user";
  private static final String ANY = "*";
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);

  /** @param used whether tokens are looked at */
  static JwtSettings read(Property property, boolean used) {
    Duration refresh = property.duration(
        "heartline.jwt.jwks.refresh", Duration.ofMinutes(10), Duration.ofSeconds(30));
    JwtSettings settings = new JwtSettings(
        path(property, SECRET_FILE),
        path(property, PUBLIC_KEY_FILE),
        path(property, JWKS_FILE),
        property.text(JWKS_URL).map(JwtSettings::url),
        refresh,
        property.duration("heartline.jwt.jwks.keep", Duration.ofHours(24), refresh),
        property.texts(ALGORITHMS, List.of()),
        required(property, ISSUER, used, "the iss of your tokens"),
        required(property, AUDIENCE, used, "the aud of your tokens"),
        property.flag("heartline.jwt.expiry", true),
        skew(property),
        property.text(USER).orElse("sub"),
        property.texts("heartline.jwt.groups", List.of("groups", "roles")),
        property.texts("heartline.jwt.claims", List.of()),
        property.text(COOKIE).map(JwtSettings::cookie));
    settings.checkPlaces(used);
    return settings;
  }

  private Map<String, String> places() {
    Map<String, String> places = new TreeMap<>();
    secretFile.ifPresent(file -> places.put(SECRET_FILE, file.toString()));
    publicKeyFile.ifPresent(file -> places.put(PUBLIC_KEY_FILE, file.toString()));
    jwksFile.ifPresent(file -> places.put(JWKS_FILE, file.toString()));
    jwksUrl.ifPresent(url -> places.put(JWKS_URL, url.toString()));
    return places;
  }

  /** Whoever sets keys and forgets the way thinks that it is in use. */
  private void checkPlaces(boolean used) {
    Map<String, String> places = places();
    if (!used) {
      places.forEach((name, value) -> {
        throw new BadSetting(name, value, "must not be set unless heartline.auth names " + WAY);
      });
      return;
    }
    if (places.isEmpty()) {
      throw new BadSetting(
          "heartline.auth",
          WAY,
          "needs keys for tokens: one of " + SECRET_FILE + ", " + PUBLIC_KEY_FILE + ", " + JWKS_FILE
              + " and " + JWKS_URL + " must be set");
    }
    if (places.size() > 1) {
      Iterator<Map.Entry<String, String>> all = places.entrySet().iterator();
      Map.Entry<String, String> one = all.next();
      throw new BadSetting(
          one.getKey(),
          one.getValue(),
          "must not be set together with " + all.next().getKey());
    }
  }

  private static Optional<Path> path(Property property, String name) {
    return property.text(name).map(value -> {
      if (value.startsWith("~") || value.contains("$")) {
        throw new BadSetting(
            name, value, "must be a whole path: ~ and $ mean something to shells only");
      }
      return DataPath.path(value);
    });
  }

  private static List<String> required(
      Property property, String name, boolean used, String meaning) {
    List<String> values = property.texts(name, List.of());
    if (used && values.isEmpty()) {
      throw new BadSetting(
          name, "", "must be set to " + meaning + ", or to " + ANY + " if you mean to take any");
    }
    if (values.contains(ANY) && values.size() > 1) {
      throw new BadSetting(name, String.join(",", values), "must be " + ANY + " alone, or names");
    }
    return values.contains(ANY) ? List.of() : values;
  }

  private static Duration skew(Property property) {
    Duration skew = property.duration(SKEW, Duration.ofSeconds(30), Duration.ZERO);
    if (skew.compareTo(MAX_SKEW) > 0) {
      throw new BadSetting(
          SKEW, property.text(SKEW).orElse(""), "must be at most " + MAX_SKEW.toMinutes() + "m");
    }
    return skew;
  }

  private static String cookie(String name) {
    if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
      throw new BadSetting(COOKIE, name, "must be the name of a cookie");
    }
    return name;
  }

  /** Keys that travel over a network in the clear could be anybody's. */
  private static URI url(String value) {
    URI url;
    try {
      url = new URI(value);
    } catch (URISyntaxException e) {
      throw new BadSetting(JWKS_URL, value, "must be an address");
    }
    String host = url.getHost();
    boolean near = host != null && host.matches("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    boolean fits = host != null
        && url.getUserInfo() == null
        && url.getFragment() == null
        && ("https".equals(url.getScheme()) || (near && "http".equals(url.getScheme())));
    if (!fits) {
      throw new BadSetting(
          JWKS_URL,
          url.getUserInfo() == null ? value : "one with a user",
          "must begin with https:// and a host, or with http:// and a host that is this machine");
    }
    return url;
  }
}
