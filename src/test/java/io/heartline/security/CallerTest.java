package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Verdict;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
  private static final Networks TRUSTED = new Networks(List.of("127.0.0.1"));
  private static final Origins OWN = new Origins(List.of());

  /** @param headers lines such as {@code Host: a} */
  private static Caller caller(String... headers) {
    return over("http", headers);
  }

  /** @param scheme as the container knows it */
  private static Caller over(String scheme, String... headers) {
    return new Caller((HttpServletRequest) Proxy.newProxyInstance(
        CallerTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, method, args) -> switch (method.getName()) {
          case "getHeaders" ->
            Collections.enumeration(Arrays.stream(headers)
                .filter(line -> line.startsWith(args[0] + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .toList());
          case "getRemoteAddr" -> "127.0.0.1";
          case "getScheme" -> scheme;
          default -> null;
        }));
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '"', textBlock = """
      X-Forwarded-Proto: https,               https
      X-Forwarded-Proto: wss,                 https
      X-Forwarded-Protocol: WSS,              https
      X-Scheme: ws,                           http
      "X-Forwarded-Proto: https, http",       https
      "X-Forwarded-Proto: http , https",      http
      "X-Forwarded-Proto: ,wss,ws",           https
      X-Forwarded-Proto: gopher,              http
      X-Forwarded-Proto:,                     http
      """)
  void theSchemeIsTheClientsAsTheProxiesTellIt(String header, String scheme) {
    assertThat(caller(header, "Host: a").scheme(TRUSTED)).isEqualTo(scheme);
  }

  /** Undertow and Tomcat can be told to take the scheme from a header, as it is. */
  @ParameterizedTest
  @CsvSource({"wss, https", "HTTPS, https", "ws, http", "http, http"})
  void theContainersSchemeMayBeThatOfAWebSocket(String container, String scheme) {
    assertThat(over(container, "Host: a").scheme(TRUSTED)).isEqualTo(scheme);
  }

  @Test
  void theFirstOfSeveralLinesIsTheClients() {
    assertThat(caller("X-Forwarded-Proto: wss", "X-Forwarded-Proto: http").scheme(TRUSTED))
        .isEqualTo("https");
    assertThat(caller("X-Forwarded-Proto: what", "X-Scheme: https").scheme(TRUSTED))
        .isEqualTo("https");
    assertThat(caller("X-Forwarded-Proto: https").scheme(new Networks(List.of())))
        .isEqualTo("http");
  }

  @Test
  void whatIsGivenTwiceIsNotBelieved() {
    assertThat(caller("Origin: http://a", "Host: a").allowedBy(OWN, TRUSTED)).isTrue();
    assertThat(caller("Origin: http://a", "Origin: http://a", "Host: a").allowedBy(OWN, TRUSTED))
        .isFalse();
    assertThat(caller("Origin: http://a", "Host: a", "Host: b").allowedBy(OWN, TRUSTED))
        .isFalse();
    assertThat(caller("Origin: http://a").allowedBy(OWN, TRUSTED)).isFalse();
    assertThat(caller("Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site").allowedBy(OWN, TRUSTED))
        .isFalse();
    assertThat(caller("Host: a").allowedBy(OWN, TRUSTED)).isTrue();
  }

  /** Whoever can have a script run it reads what is in it, so that a page must be known. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", textBlock = """
      Referer: http://a/x?y,          -,                            true
      Referer: http://a,              Sec-Fetch-Site: same-site,    true
      Referer: http://b/,             Sec-Fetch-Site: cross-site,   true
      Referer: http://b/,             -,                            true
      Referer: http://c/,             Sec-Fetch-Site: cross-site,   false
      Referer: http://c/http://a/,    -,                            false
      Referer: http://a.c/,           -,                            false
      -,                              Sec-Fetch-Site: same-origin,  true
      -,                              Sec-Fetch-Site: same-site,    false
      -,                              -,                            false
      Referer: http://a/,             Origin: http://c,             false
      -,                              Origin: http://b,             true
      """)
  void aScriptIsForAPageThatIsKnown(String referer, String other, boolean allowed) {
    Origins origins = new Origins(List.of("http://b"));
    String[] headers =
        Stream.of("Host: a", referer, other).filter(Objects::nonNull).toArray(String[]::new);
    assertThat(caller(headers).isScriptAllowedBy(origins, TRUSTED)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "a\u0000b, must not contain control characters",
    "a\ud83d, must not contain half a character",
    "'', must have 1 to 128 characters: 0",
  })
  void aUserWhoCannotBeOneIsNotNobody(String name, String rule) {
    assertThat(verdict(name)).isEqualTo(new Verdict.Wrong("the user's name " + rule));
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    assertThat(verdict("x".repeat(129))).isInstanceOf(Verdict.Wrong.class);
    assertThat(verdict("\u5f20".repeat(128))).isInstanceOf(Verdict.Known.class);
    assertThat(verdict(null)).isEqualTo(new Verdict.Nobody());
  }

  private static Verdict verdict(String name) {
    HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
        CallerTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, method, args) -> name == null ? null : (java.security.Principal) () -> name);
    return new ContainerPrincipal()
        .authenticate(new Caller(request))
        .toCompletableFuture()
        .join();
  }
}
