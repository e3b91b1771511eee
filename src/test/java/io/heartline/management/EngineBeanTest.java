package io.heartline.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.engine.SeatPolicy;
import io.heartline.protocol.json.JsonProtocol;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import io.heartline.testing.RecordingLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is done through JMX stands in the log. */
class EngineBeanTest {
  private final RecordingLog said = new RecordingLog();
  private final Engine engine = Engines.idle(new FakeTime());
  private final EngineBean bean = new EngineBean(
      engine,
      Engines.alone(engine),
      List.of(new Door(
          "line",
          new JsonProtocol(),
          SeatPolicy.NONE,
          Duration.ofSeconds(25),
          null,
          user -> List.of())),
      said);

  @Test
  void eachOperationLeavesOneLineWithWhatCameOfIt() {
    bean.disconnectUser("a\nb".replace('\n', ' '));
    String position = bean.publish("updates", "{\"card\":\"4111-secret\"}");
    bean.drain(0);
    bean.undrain();
    bean.undrain();
    assertThat(said.next())
        .containsExactly(
            "INFO JMX: disconnectUser(a b): 0",
            "INFO JMX: publish(updates): " + position,
            "INFO JMX: drain(0): 0",
            "INFO JMX: undrain(): true",
            "INFO JMX: undrain(): false");
  }

  @Test
  void eachValueThatIsSetLeavesOneLine() {
    bean.setBeatMillis(20_000);
    bean.setGraceMillis(5_000);
    bean.setMaxLines(7);
    bean.setMaxChannelsPerLine(3);
    assertThat(bean.getBeatMillis()).isEqualTo(20_000);
    assertThat(bean.getMaxLines()).isEqualTo(7);
    assertThat(said.next())
        .containsExactly(
            "INFO JMX: set BeatMillis: 20000",
            "INFO JMX: set GraceMillis: 5000",
            "INFO JMX: set MaxLines: 7",
            "INFO JMX: set MaxChannelsPerLine: 3");
  }

  @Test
  void whatIsRefusedLeavesOneToo() {
    assertThatThrownBy(() -> bean.drain(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bean.publish("a b\u202E", "1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bean.setMaxLines(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bean.disconnectUser("")).isInstanceOf(IllegalArgumentException.class);
    assertThat(said.next())
        .satisfiesExactly(
            drain -> assertThat(drain)
                .isEqualTo(
                    "INFO JMX: drain(-1) was refused: windowSeconds must be between 0 and 3600: -1"),
            publish ->
                assertThat(publish).startsWith("INFO JMX: publish(a b?) was refused: channel "),
            set -> assertThat(set)
                .isEqualTo("INFO JMX: set MaxLines was refused: MaxLines must be at least 1: 0"),
            disconnect ->
                assertThat(disconnect).startsWith("INFO JMX: disconnectUser() was refused: user "));
  }
}
