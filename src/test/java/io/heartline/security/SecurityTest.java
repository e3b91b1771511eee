package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Authenticator;
import io.heartline.model.User;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityTest {
  @ParameterizedTest
  @CsvSource(textBlock = """
      http://shop.example,            http,  shop.example,       true
      http://shop.example:80,         http,  shop.example,       true
      http://SHOP.example,            http,  shop.EXAMPLE,       true
      https://shop.example,           https, shop.example:443,   true
      https://shop.example,           https, shop.example,       true
      https://shop.example,           http,  shop.example,       false
      http://shop.example:8080,       http,  shop.example:8080,  true
      http://shop.example:8081,       http,  shop.example:8080,  false
      http://evil.example,            http,  shop.example,       false
      http://evilshop.example,        http,  shop.example,       false
      http://shop.example.evil,       http,  shop.example,       false
      http://shop.example@evil.org,   http,  shop.example,       false
      http://sub.shop.example,        http,  shop.example,       false
      null,                           http,  shop.example,       false
      http://shop.example/path,       http,  shop.example,       false
      http://[::1]:8080,              http,  [::1]:8080,         true
      https://app.example,            http,  shop.example,       true
      https://app.example:444,        http,  shop.example,       false
      http://app.example,             http,  shop.example,       false
      not an origin,                  http,  shop.example,       false
      '',                             http,  shop.example,       false
      http://my_app,                  http,  my_app,             true
      http://my_app:8080,             http,  MY_APP:8080,        true
      http://app-1.2b,                http,  app-1.2b:80,        true
      http://-a.b-,                   http,  -a.b-,              true
      http://shop.example.,           http,  shop.example.,      true
      http://shop.example.,           http,  shop.example,       false
      http://shop.example,            http,  shop.example:,      true
      http://[FD12::1],               http,  [fd12::1]:80,       true
      http://[::1],                   http,  [::1]:8080,         false
      http://[my_app],                http,  [my_app],           false
      http://1.2.3.4,                 http,  1.2.3.4,            true
      http://x:65536,                 http,  x:65536,            false
      http://x:8a,                    http,  x:8a,               false
      http://x:-1,                    http,  x:-1,               false
      http://,                        http,  '',                 false
      http://:80,                     http,  :80,                false
      http://a b,                     http,  a b,                false
      http://a\\b,                    http,  a\\b,               false
      http://shop.example?,           http,  shop.example,       false
      http://shop.example#,           http,  shop.example,       false
      'http://a,http://b',            http,  'a,http://b',       false
      http://b\u00fccher.example,        http,  b\u00fccher.example,   false
      chrome-extension://abcdef,      http,  shop.example,       true
      chrome-extension://abcdeg,      http,  shop.example,       false
      capacitor://localhost,          http,  shop.example,       true
      app://.,                        http,  shop.example,       true
      file://,                        http,  shop.example,       true
      http://team_app:3000,           http,  shop.example,       true
      """)
  void onlyOurOwnAndListedPagesConnect(String origin, String scheme, String host, boolean allowed) {
    List<String> listed = List.of(
        "https://app.example",
        "chrome-extension://abcdef",
        "Capacitor://localhost",
        "app://.",
        "file://",
        "http://team_app:3000");
    assertThat(new Origins(listed).allow(origin, scheme, host)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example",
        "*",
        "null",
        "https://app.example/",
        "https://app.example/path",
        "https://",
        "https://b\u00fccher.example",
        "https://ann@app.example",
        "https://app.example:99999",
      })
  void whatIsNoOriginCannotBeListed(String text) {
    assertThatThrownBy(() -> new Origins(List.of("https://good.example", text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as https://")
        .hasMessageContaining("(" + text + " is not one)");
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      https://app.example.com,             true
      https://a.b-c.d_e.example.com,       true
      https://App.Example.COM:443,         true
      https://xn--bcher-kva.example.com,   true
      http://dev.example.org:8080,         true
      https://example.com,                 false
      https://.example.com,                false
      https://a..example.com,              false
      https://evilexample.com,             false
      https://evil-example.com,            false
      https://app.example.com.evil.org,    false
      https://app.example.com.,            false
      https://evil.org/.example.com,       false
      https://evil.org#.example.com,       false
      https://evil.org?.example.com,       false
      https://evil.org:443.example.com,    false
      https://a@b.example.com,             false
      https://a;b.example.com,             false
      https://*.example.com,               false
      http://app.example.com,              false
      https://app.example.com:444,         false
      http://dev.example.org,              false
      http://dev.example.org:8081,         false
      """)
  void aStarStandsForOneOrMoreNamesAndNothingElse(String origin, boolean allowed) {
    List<String> listed = List.of("https://*.Example.com", "http://*.example.org:8080");
    assertThat(new Origins(listed).allow(origin, "http", "shop.example")).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://*.com",
        "https://*.",
        "https://*.example.com/",
        "https://*.*.example.com",
        "https://a.*.example.com",
        "https://*.example.com.",
        "https://*.1.2.3.4",
        "https://*.[::1]",
        "https://*.example.com:99999",
        "app://*.example.com",
        "https://*evil.example.com",
      })
  void aStarInAnyOtherPlaceCannotBeListed(String text) {
    assertThatThrownBy(() -> new Origins(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(" + text + " is not one)");
  }

  @Test
  void networksContainTheirAddresses() {
    Networks networks = new Networks(List.of("10.0.0.0/8", "192.168.1.7", "::1", "fd00::/8"));
    assertThat(networks.contain("10.255.0.1")).isTrue();
    assertThat(networks.contain("11.0.0.1")).isFalse();
    assertThat(networks.contain("192.168.1.7")).isTrue();
    assertThat(networks.contain("192.168.1.8")).isFalse();
    assertThat(networks.contain("0:0:0:0:0:0:0:1")).isTrue();
    assertThat(networks.contain("fd12::3")).isTrue();
    assertThat(networks.contain("localhost")).isFalse();
    assertThatThrownBy(() -> new Networks(List.of("999.1.1.1")))
        .as("Java takes it for a name and would look it up")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Networks(List.of("10.0.0.256")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Networks(List.of("255.249.199.0")).contain("255.249.199.0")).isTrue();
    assertThatThrownBy(() -> new Networks(List.of("proxy.example")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Networks(List.of("10.0.0.0/33")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSignedCookieProvesItsUserAndNoOther() {
    SignedCookie cookie = new SignedCookie("secret");
    String value = cookie.sign(new User("calm-otter"));
    assertThat(cookie.user(cookies("a=b; " + SignedCookie.NAME + "=" + value)))
        .hasValue(new User("calm-otter"));
    assertThat(new SignedCookie("other").user(cookies(SignedCookie.NAME + "=" + value)))
        .isEmpty();
    String forged = value.replaceFirst("^[^.]*", "Ym9zcw");
    assertThat(cookie.user(cookies(SignedCookie.NAME + "=" + forged))).isEmpty();
    assertThat(cookie.user(cookies(SignedCookie.NAME + "=x"))).isEmpty();
    assertThat(cookie.user(cookies("other=" + value))).isEmpty();
  }

  private static Authenticator.Credentials cookies(String header) {
    return new Authenticator.Credentials() {
      @Override
      public String principal() {
        return null;
      }

      @Override
      public List<String> header(String name) {
        return name.equals("Cookie") ? List.of(header) : List.of();
      }
    };
  }
}
