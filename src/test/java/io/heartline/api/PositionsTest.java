package io.heartline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.engine.Draft;
import io.heartline.engine.Engine;
import io.heartline.model.ChannelName;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a page rendered on the server calls by the context's attribute. */
class PositionsTest {
  private final FakeTime time = new FakeTime();
  private final Engine engine = Engines.idle(time);
  private final Positions positions = new Positions(engine);

  @Test
  void aChannelStandsAtItsNewestPublication() {
    var published = engine
        .publish(List.of(new Draft(new ChannelName("orders"), "1")))
        .toCompletableFuture()
        .join()
        .get(0);
    assertThat(positions.position("orders")).isEqualTo(published.toString());
  }

  @Test
  void aChannelNobodyEverUsedStandsAtItsBeginning() {
    assertThat(positions.position("never")).isEqualTo("t.0:0:0");
  }

  @Test
  void whatIsNoNameIsToldWithItsRule() {
    assertThatThrownBy(() -> positions.position("a b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+0020 at 1");
  }

  /**
   * Expression languages call public methods of public classes, other applications those of Java's
   * own.
   */
  @Test
  void pagesAndOtherApplicationsCanCallIt() throws ReflectiveOperationException {
    assertThat(Modifier.isPublic(Positions.class.getModifiers())).isTrue();
    assertThat(Positions.class.getMethod("position", String.class).invoke(positions, "never"))
        .isEqualTo("t.0:0:0");
    Function<String, String> other = positions;
    assertThat(other.apply("never")).isEqualTo("t.0:0:0");
  }
}
