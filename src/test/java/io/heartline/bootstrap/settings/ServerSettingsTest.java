package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the runnable WAR listens, and the URLs it prints. */
class ServerSettingsTest {
  private static ServerSettings read(String name, String value) {
    return ServerSettings.read(new Sources(Map.of(name, value)::get));
  }

  @Test
  void byDefaultItListensOnLoopbackAlone() {
    ServerSettings settings = ServerSettings.read(new Sources());
    assertThat(settings.address().isLoopbackAddress()).isTrue();
    assertThat(settings.url(8080)).isEqualTo("http://127.0.0.1:8080/heartline");
  }

  @Test
  void theRootHasAnEmptyPath() {
    ServerSettings settings = read(ServerSettings.CONTEXT, "/");
    assertThat(settings.contextPath()).isEmpty();
    assertThat(settings.url(80)).isEqualTo("http://127.0.0.1:80");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.l", "8080", "0", "127.1", "127.0.0.256", "no-such-host.invalid", "::g"})
  void whatIsNoAddressEndsTheStart(String address) {
    assertThatThrownBy(() -> read(ServerSettings.ADDRESS, address))
        .isInstanceOf(BadSetting.class)
        .hasMessage("heartline.address must be an address of this machine such as 127.0.0.1, or a"
            + " name for one: " + address);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      0.0.0.0   | 0.0.0.0:8080   | http://127.0.0.1:9/heartline
      ::        | [::]:8080      | http://[::1]:9/heartline
      ::1       | [::1]:8080     | http://[::1]:9/heartline
      [::1]     | [::1]:8080     | http://[::1]:9/heartline
      localhost | localhost:8080 | http://localhost:9/heartline
      127.0.0.2 | 127.0.0.2:8080 | http://127.0.0.2:9/heartline
      """)
  void itsUrlsCanBeOpened(String address, String authority, String url) {
    ServerSettings settings = read(ServerSettings.ADDRESS, address);
    assertThat(settings.authority()).isEqualTo(authority);
    assertThat(settings.url(9)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "/x/", "//", "//x", "/x//y", "/..", "/x/../y", "/.", "/x y", "/ä"})
  void aContextThatIsNoPathEndsTheStart(String context) {
    assertThatThrownBy(() -> read(ServerSettings.CONTEXT, context))
        .isInstanceOf(BadSetting.class)
        .hasMessage(
            "heartline.context must be / or a path such as /app or /app/live, of A-Z a-z 0-9"
                + " . _ - alone, and not end with /: " + context);
  }
}
