package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginFilterTest {
  private final Map<String, String> headers = new HashMap<>();

  private <T> T fake(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        OriginFilterTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
          if (method.getName().equals("setHeader")) {
            headers.put((String) args[0], (String) args[1]);
          }
          return null;
        }));
  }

  /**
   * A page inside a frame speaks from our own origin, with our users' cookies, for whatever page is
   * around it.
   */
  @ParameterizedTest
  @CsvSource(nullValues = "none", textBlock = """
      none,                       frame-ancestors 'self'
      https://app.example.com,    frame-ancestors 'self' https://app.example.com:443
      http://Localhost:3000,      frame-ancestors 'self' http://localhost:3000
      chrome-extension://abc,     frame-ancestors 'self' chrome-extension://abc
      https://a;script-src,       frame-ancestors 'self'
      https://*.Example.com,      frame-ancestors 'self' https://*.example.com:443
      """)
  void browsersAreToldWhichPagesMayFrameOurs(String listed, String rule)
      throws ServletException, IOException {
    List<String> origins = listed == null ? List.of() : List.of(listed);
    OriginFilter filter = new OriginFilter(
        new Origins(origins),
        new Networks(List.of()),
        null,
        request -> true,
        request -> false,
        request -> false);
    boolean[] passed = {false};
    filter.doFilter(
        fake(HttpServletRequest.class),
        fake(HttpServletResponse.class),
        (request, response) -> passed[0] = true);
    assertThat(passed[0]).isTrue();
    assertThat(headers).containsEntry("Content-Security-Policy", rule);
  }
}
