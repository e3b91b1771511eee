package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtSettingsTest {
  private static final Map<String, String> ENOUGH = Map.of(
      "heartline.auth", "container,jwt",
      "heartline.jwt.secret.file", "/etc/jwt.secret",
      "heartline.jwt.issuer", "https://shop.example, https://id.example",
      "heartline.jwt.audience", "heartline");

  private static JwtSettings read(Map<String, String> values) {
    return Settings.read(new Sources(values::get), false, 4L << 30).jwt();
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> values = new HashMap<>(ENOUGH);
    values.put(name, value);
    return values;
  }

  private static Map<String, String> without(String name) {
    Map<String, String> values = new HashMap<>(ENOUGH);
    values.remove(name);
    return values;
  }

  @Test
  void whatMustBeSetIsEnough() {
    JwtSettings settings = read(ENOUGH);
    assertThat(settings.secretFile()).contains(Path.of("/etc/jwt.secret"));
    assertThat(settings.issuers()).containsExactly("https://shop.example", "https://id.example");
    assertThat(settings.audiences()).containsExactly("heartline");
    assertThat(settings.expires()).isTrue();
    assertThat(settings.skew()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.user()).isEqualTo("sub");
    assertThat(settings.groups()).containsExactly("groups", "roles");
    assertThat(settings.claims()).isEmpty();
    assertThat(settings.cookie()).isEmpty();
  }

  @Test
  void aStarTakesAnyIssuerAndAudience() {
    assertThat(read(with("heartline.jwt.issuer", "*")).issuers()).isEmpty();
    assertThat(read(with("heartline.jwt.audience", "*")).audiences()).isEmpty();
    assertThatThrownBy(() -> read(with("heartline.jwt.issuer", "*,a")))
        .hasMessage("heartline.jwt.issuer must be * alone, or names: *,a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"heartline.jwt.issuer", "heartline.jwt.audience"})
  void whoIssuesAndForWhomMustBeSaid(String name) {
    assertThatThrownBy(() -> read(without(name)))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith(name + " must be set to the ");
  }

  @Test
  void exactlyOnePlaceOfKeysMustBeSet() {
    assertThatThrownBy(() -> read(without("heartline.jwt.secret.file")))
        .isInstanceOf(BadSetting.class)
        .hasMessageContaining("needs keys for tokens: one of heartline.jwt.secret.file");
    assertThatThrownBy(() -> read(with("heartline.jwt.jwks.file", "/keys")))
        .isInstanceOf(BadSetting.class)
        .hasMessage(
            "heartline.jwt.jwks.file must not be set together with heartline.jwt.secret.file: /keys");
  }

  @Test
  void keysWithoutTheWayAreAMistake() {
    assertThatThrownBy(() -> read(with("heartline.auth", "container")))
        .hasMessage(
            "heartline.jwt.secret.file must not be set unless heartline.auth names jwt: /etc/jwt.secret");
    assertThat(read(Map.of()).issuers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://id.example/keys?realm=shop",
        "https://id.example:8443/keys",
        "http://127.0.0.1:8081/keys",
        "http://localhost/keys",
        "http://[::1]:9/keys"
      })
  void keysMayBeAtAnAddressThatNobodyOnTheWayCanChange(String url) {
    Map<String, String> values = without("heartline.jwt.secret.file");
    values.put("heartline.jwt.jwks.url", url);
    assertThat(read(values).jwksUrl()).contains(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://id.example/keys",
        "http://127.0.0.1.evil.example/keys",
        "http://localhost.evil.example/keys",
        "ftp://localhost/keys",
        "file:///etc/keys",
        "https:/keys",
        "keys",
        "https://id.example/#keys"
      })
  void keysFromAnywhereElseAreRefused(String url) {
    Map<String, String> values = without("heartline.jwt.secret.file");
    values.put("heartline.jwt.jwks.url", url);
    assertThatThrownBy(() -> read(values))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.jwt.jwks.url must ");
  }

  @Test
  void aPasswordInTheAddressIsRefusedAndNotShown() {
    Map<String, String> values = without("heartline.jwt.secret.file");
    values.put("heartline.jwt.jwks.url", "https://me:hush@id.example/keys");
    assertThatThrownBy(() -> read(values))
        .isInstanceOf(BadSetting.class)
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "heartline.jwt.skew, 6m, must be at most 5m: 6m",
    "heartline.jwt.cookie, a b, must be the name of a cookie: a b",
    "heartline.jwt.expiry, maybe, must be true or false: maybe",
    "heartline.jwt.jwks.refresh, 1s, must be at least 30000ms: 1s",
    "heartline.jwt.jwks.keep, 1m, must be at least 600000ms: 1m",
    "heartline.jwt.secret.file, ~/secret, must be a whole path: ~ and $ mean something to shells only: ~/secret"
  })
  void badValuesNameTheirRule(String name, String value, String rule) {
    assertThatThrownBy(() -> read(with(name, value)))
        .isInstanceOf(BadSetting.class)
        .hasMessage(name + ' ' + rule);
  }

  @Test
  void listsAreRead() {
    Map<String, String> values = with("heartline.jwt.groups", "realm_access.roles, teams");
    values.put("heartline.jwt.claims", "tenant");
    values.put("heartline.jwt.algorithms", "RS256,ES256");
    JwtSettings settings = read(values);
    assertThat(settings.groups()).isEqualTo(List.of("realm_access.roles", "teams"));
    assertThat(settings.claims()).containsExactly("tenant");
    assertThat(settings.algorithms()).containsExactly("RS256", "ES256");
  }
}
