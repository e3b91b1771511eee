package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.model.ApiKey;
import io.heartline.model.KeyScopes;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is logged of a refused request, and where it came from. */
class RefusedTest {
  private static final Networks PROXIES = new Networks(List.of("127.0.0.0/8", "10.0.0.0/8", "::1"));

  private final RecordingLog said = new RecordingLog();
  private final Refused refused;

  RefusedTest(@TempDir Path folder) throws IOException {
    ApiKey orders = new ApiKey("orders", KeyScopes.parse("publish:order:*"), ApiKey.NEVER);
    ApiKey old = new ApiKey("old", KeyScopes.parse("publish"), 1);
    ApiKeys keys = new ApiKeys(
        Map.of("secret-of-orders", orders, "secret-of-old", old),
        ApiKeyFile.open(folder.resolve("none")),
        () -> 1);
    refused = new Refused(new RefusalLog(new FakeTime()::nanos, said), PROXIES, keys);
  }

  private static HttpServletRequest request(String socket, Map<String, List<String>> headers) {
    return (HttpServletRequest) Proxy.newProxyInstance(
        RefusedTest.class.getClassLoader(),
        new Class<?>[] {HttpServletRequest.class},
        (proxy, method, args) -> switch (method.getName()) {
          case "getRemoteAddr" -> socket;
          case "getMethod" -> "GET";
          case "getScheme" -> "http";
          case "getRequestURI" -> "/heartline/line\u0085";
          case "getHeader" ->
            headers.getOrDefault(args[0], List.of()).stream().findFirst().orElse(null);
          case "getHeaders" -> Collections.enumeration(headers.getOrDefault(args[0], List.of()));
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      203.0.113.9,  198.51.100.1,                 203.0.113.9
      127.0.0.1,    ,                             127.0.0.1
      127.0.0.1,    '',                           127.0.0.1
      127.0.0.1,    203.0.113.9,                  203.0.113.9
      127.0.0.1,    '6.6.6.6, 203.0.113.9',       203.0.113.9
      127.0.0.1,    '6.6.6.6,203.0.113.9 , 10.0.0.7', 203.0.113.9
      127.0.0.1,    '10.0.0.8, 10.0.0.7',         10.0.0.8
      127.0.0.1,    203.0.113.9:50123,            203.0.113.9
      ::1,          [2001:db8::7]:50123,          2001:db8::7
      ::1,          [2001:db8::7],                2001:db8::7
      ::1,          2001:db8::7,                  2001:db8::7
      127.0.0.1,    'unknown\u0007',              unknown?
      ,             203.0.113.9,                  an unknown address
      """)
  void theAddressIsTheLastThatIsNoTrustedProxy(String socket, String forwarded, String address) {
    Map<String, List<String>> headers =
        forwarded == null ? Map.of() : Map.of("X-Forwarded-For", List.of(forwarded));
    assertThat(new Caller(request(socket, headers)).address(PROXIES)).isEqualTo(address);
  }

  @Test
  void severalHeaderLinesAreOneList() {
    HttpServletRequest request = request(
        "127.0.0.1", Map.of("X-Forwarded-For", List.of("6.6.6.6", "203.0.113.9", "10.0.0.7")));
    assertThat(new Caller(request).address(PROXIES)).isEqualTo("203.0.113.9");
  }

  @Test
  void aForeignPageIsToldWithBothValuesAndThePropertyInOneLine() {
    refused.foreignPage(request(
        "203.0.113.9",
        Map.of("Origin", List.of("https://evil\u2028.example"), "Host", List.of("shop.example"))));
    assertThat(said.next())
        .containsExactly("WARNING refused 203.0.113.9: GET /heartline/line? - 403 for a page from"
            + " origin https://evil?.example: this server is http://shop.example; if they belong"
            + " together, add the origin to heartline.origins");
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      ,                  no Authorization header
      Basic c2VjcmV0,    the Authorization header is not Bearer and a key
      secret,            the Authorization header is not Bearer and a key
      Bearer secret,     the key is not one of ours
      Bearer secret-of-old, the key old has expired
      """)
  void aWrongKeyIsToldButNeverItself(String header, String why) {
    refused.call(
        request(
            "203.0.113.9", header == null ? Map.of() : Map.of("Authorization", List.of(header))),
        401,
        "{}");
    assertThat(said.next())
        .singleElement()
        .asString()
        .contains("401, " + why + "; the keys are in heartline.api.keys")
        .doesNotContain("secret")
        .doesNotContain("c2VjcmV0");
  }

  @Test
  void aKeyWithoutTheScopeIsToldByItsNameAndNeverItself() {
    refused.call(
        request("203.0.113.9", Map.of("Authorization", List.of("Bearer secret-of-orders"))),
        403,
        "must be a key with the scope drain");
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 203.0.113.9: GET /heartline/line? - 403, the key orders has"
                + " the scopes publish:order:*; must be a key with the scope drain");
  }

  @Test
  void aFullServerSaysWhichLimitItIs() {
    refused.noRoom(request("203.0.113.9", Map.of()), 100_000);
    refused.call(request("203.0.113.10", Map.of()), 503, "{\"error\":{\"message\":\"too many\"}}");
    assertThat(said.next())
        .containsExactly(
            "WARNING refused 203.0.113.9: GET /heartline/line? - 503, all 100000 lines are open; see"
                + " heartline.lines",
            "WARNING refused 203.0.113.10: GET /heartline/line? - 503"
                + " {\"error\":{\"message\":\"too many\"}}");
  }
}
