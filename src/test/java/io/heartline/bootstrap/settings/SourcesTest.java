package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from, and what the start says about them. */
class SourcesTest {
  private static final long HEAP = 4L << 30;

  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, String> file = new HashMap<>();

  private final Sources first = new Sources(
      new Table("system property", properties::get, () -> Table.ours(properties.keySet())),
      new Environment(environment));
  private final Sources sources = first.and(new Table("file", file::get, file::keySet));

  /** Reads everything as the runnable WAR does. */
  private void readAll() {
    ServerSettings.read(first);
    DataPath.set(first);
    Settings.read(sources, true, HEAP);
  }

  @Test
  void whatIsSetIsShownWithItsPlaceInTheOrderOfReading() {
    properties.put("heartline.grace", "9s");
    environment.put("HEARTLINE_BEAT_WSS", "5s");
    file.put("heartline.store", " memory ");
    file.put("heartline.grace", "8s");
    readAll();
    assertThat(sources.settings())
        .containsExactly(
            "heartline.beat.wss=5s (environment HEARTLINE_BEAT_WSS)",
            "heartline.grace=9s (system property)",
            "heartline.store=memory (file)");
    assertThat(sources.slips()).isEmpty();
  }

  @Test
  void keysAreCountedAndNeverShown() {
    environment.put("HEARTLINE_API_KEYS", "first-secret, second-secret");
    readAll();
    assertThat(sources.settings())
        .containsExactly("heartline.api.keys=2 in all (environment HEARTLINE_API_KEYS)");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.beat         | 5ms       | heartline.beat must be at least 1000ms: 5ms (system property)
      heartline.retain.rules | a=0/1h/1B | heartline.retain.rules[count] must be between 1 and 1000000: 0 (system property)
      heartline.address      | 127.0.0.l | heartline.address must be an address of this machine such as 127.0.0.1, or a name for one: 127.0.0.l (system property)
      """)
  void aBadSettingIsExplainedWithItsPlace(String name, String value, String message) {
    properties.put(name, value);
    BadSetting problem = catchThrowableOfType(BadSetting.class, this::readAll);
    assertThat(first.explain(problem)).isEqualTo(message);
  }

  @Test
  void aBadSettingInTheEnvironmentIsNamedAsItIsWrittenThere() {
    environment.put("HEARTLINE_BEAT", "5ms");
    BadSetting problem = catchThrowableOfType(BadSetting.class, this::readAll);
    assertThat(first.explain(problem)).endsWith(": 5ms (environment HEARTLINE_BEAT)");
  }

  @Test
  void aDefaultThatCannotBeUsedHasNoPlace() {
    assertThat(first.explain(new BadSetting("heartline.data.dir", "/x", "must be writable")))
        .isEqualTo("heartline.data.dir must be writable: /x");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.baet       | heartline.baet (system property) is not a setting of Heartline; did you mean heartline.beat?
      heartline.api.key    | heartline.api.key (system property) is not a setting of Heartline; did you mean heartline.api.keys?
      Heartline.Beat       | Heartline.Beat (system property) is not a setting of Heartline; did you mean heartline.beat?
      heartline.reconnects.forever | heartline.reconnects.forever (system property) is not a setting of Heartline
      heartlines           |
      my.heartline.beat    |
      """)
  void aMisspeltSystemPropertyIsNamedWithTheNearestOne(String name, String slip) {
    properties.put(name, "1");
    readAll();
    if (slip == null) {
      assertThat(sources.slips()).isEmpty();
    } else {
      assertThat(sources.slips()).containsExactly(slip);
    }
  }

  @Test
  void theEnvironmentsNamesAreComparedAsTheyAreWrittenThere() {
    environment.put("HEARTLINE_TRUSTED_PROXY", "10.0.0.1");
    environment.put("heartline.beat", "5s");
    readAll();
    assertThat(sources.slips())
        .containsExactly(
            "HEARTLINE_TRUSTED_PROXY (environment) is not a setting of Heartline;"
                + " did you mean HEARTLINE_TRUSTED_PROXIES?",
            "heartline.beat (environment) is not a setting of Heartline;"
                + " did you mean HEARTLINE_BEAT?");
  }

  @Test
  void everythingInTheFileIsMeantForUs() {
    file.put("beat", "5s");
    file.put("heartline.port", "80");
    file.put("heartline.data.dir", "/x");
    readAll();
    assertThat(sources.slips())
        .containsExactly(
            "beat (file) is not a setting of Heartline; did you mean heartline.beat?",
            "heartline.data.dir (file) has no effect here: it is read from system property,"
                + " environment",
            "heartline.port (file) has no effect here: it is read from system property,"
                + " environment");
  }

  @Test
  void inAContainerWhatTheContainerDecidesHasNoEffect() {
    properties.put("heartline.port", "80");
    ServerSettings.read(sources.nowhere());
    Settings.read(sources, false, HEAP);
    assertThat(sources.slips())
        .containsExactly("heartline.port (system property) has no effect here:"
            + " only java -jar heartline.war reads it");
  }

  @Test
  void whatKubernetesSaysOfAServiceNamedHeartlineIsNoSetting() {
    environment.putAll(Map.of(
        "HEARTLINE_PORT", "tcp://10.96.12.7:8080",
        "HEARTLINE_SERVICE_HOST", "10.96.12.7",
        "HEARTLINE_SERVICE_PORT", "8080",
        "HEARTLINE_SERVICE_PORT_HTTP", "8080",
        "HEARTLINE_PORT_8080_TCP", "tcp://10.96.12.7:8080",
        "HEARTLINE_PORT_8080_TCP_ADDR", "10.96.12.7",
        "HEARTLINE_PORT_8080_TCP_PORT", "8080",
        "HEARTLINE_PORT_8080_TCP_PROTO", "tcp"));
    environment.putAll(Map.of( // and of one named heartline-demo
        "HEARTLINE_DEMO_PORT", "tcp://10.96.12.8:8080",
        "HEARTLINE_DEMO_SERVICE_HOST", "10.96.12.8",
        "HEARTLINE_DEMO_PORT_8080_TCP", "tcp://10.96.12.8:8080"));
    assertThat(ServerSettings.read(first).port()).isEqualTo(8080);
    readAll();
    assertThat(sources.settings()).isEmpty();
    assertThat(sources.slips())
        .containsExactly("HEARTLINE_PORT=tcp://10.96.12.7:8080 (environment) is ignored: it comes"
            + " from Kubernetes or Docker, for a service named heartline");
  }

  @Test
  void whatDockerSaysOfALinkNamedHeartlineIsNoSetting() {
    environment.putAll(Map.of(
        "HEARTLINE_NAME", "/web/heartline",
        "HEARTLINE_ENV_HEARTLINE_BEAT", "5s",
        "HEARTLINE_ENV_PATH", "/usr/bin",
        "HEARTLINE_PORT_8080_TCP", "tcp://172.17.0.5:8080",
        "HEARTLINE_PORT_8080_TCP_START", "tcp://172.17.0.5:8080",
        "HEARTLINE_PORT_8080_TCP_PORT_START", "8080",
        "HEARTLINE_PORT_8080_TCP_PORT_END", "8083",
        "HEARTLINE_PORT_8080_TCP_END", "tcp://172.17.0.5:8083"));
    environment.putAll(Map.of( // and of one named heartline_1, as Compose does
        "HEARTLINE_1_NAME", "/web/heartline_1",
        "HEARTLINE_1_ENV_PATH", "/usr/bin",
        "HEARTLINE_1_PORT", "tcp://172.17.0.6:8080"));
    readAll();
    assertThat(sources.settings()).isEmpty();
    assertThat(sources.slips()).isEmpty();
  }

  @Test
  void aNameThatIsNoLinkIsASlip() {
    environment.put("HEARTLINE_NAME", "web");
    readAll();
    assertThat(sources.slips()).singleElement().asString().startsWith("HEARTLINE_NAME (env");
  }

  @Test
  void aPortInTheEnvironmentIsStillAPort() {
    environment.put("HEARTLINE_PORT", "9090");
    assertThat(ServerSettings.read(first).port()).isEqualTo(9090);
  }
}
