package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  private static Arguments read(String... arguments) {
    return Arguments.read(List.of(arguments), List.of("port", "beat", "beat.wss", "api.keys"));
  }

  @Test
  void propertiesAreGivenWithOrWithoutTheirPrefixAndTheLastOneCounts() {
    Arguments arguments =
        read("--port=1", "--heartline.beat.wss=5s", "--port=9090", "--api.keys=a=b");
    assertThat(arguments.settings())
        .isEqualTo(Map.of(
            "heartline.port", "9090", "heartline.beat.wss", "5s", "heartline.api.keys", "a=b"));
    assertThat(arguments.help()).isFalse();
    assertThat(arguments.version()).isFalse();
  }

  @Test
  void helpAndVersionAreAskedForByTheirNames() {
    assertThat(read("--help").help()).isTrue();
    assertThat(read("-h").help()).isTrue();
    assertThat(read("--version").version()).isTrue();
  }

  @Test
  void aKeyIsMadeByItsNameWithWhatIsSaidAboutIt() {
    Arguments arguments = read("--make-key=orders", "--scopes=publish:a=b", "--expires=2027-01-31");
    assertThat(arguments.keyName()).isEqualTo("orders");
    assertThat(arguments.keyOptions())
        .isEqualTo(Map.of("scopes", "publish:a=b", "expires", "2027-01-31"));
    assertThat(arguments.settings()).isEmpty();
    assertThat(read("--port=1").keyName()).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --scopes=read           | the argument --scopes is for a new key: it needs --make-key=NAME
      --make-key              | the argument --make-key needs its value behind it: --make-key=...
      --prot=9090             | unknown argument --prot; did you mean --port?
      -port=9090              | unknown argument -port; did you mean --port?
      port=9090               | unknown argument port; did you mean --port?
      --heartline.baet=5s     | unknown argument --heartline.baet; did you mean --beat?
      --hepl                  | unknown argument --hepl; did you mean --help?
      start                   | unknown argument start; --help shows all
      --                      | unknown argument --; --help shows all
      --port                  | the argument --port needs its value behind it: --port=...
      --port=                 | the argument --port needs its value behind it: --port=...
      -Dheartline.port=9090   | -Dheartline.port must be before -jar, where Java reads it; here write --port=...
      """)
  void whatIsUnknownIsRefusedWithWhatWasProbablyMeant(String argument, String message) {
    assertThatThrownBy(() -> read(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
