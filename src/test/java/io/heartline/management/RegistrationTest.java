package io.heartline.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Engine;
import io.heartline.testing.Engines;
import io.heartline.testing.FakeTime;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final Engine engine = Engines.idle(new FakeTime());

  private Set<ObjectName> registered() throws MalformedObjectNameException {
    return server.queryNames(new ObjectName("heartline:type=Heartline,*"), null);
  }

  /** Names that would end the value, stand for others, or be another bean's. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
      localhost          | /heartline
      a,type=Other       | /x
      *                  | /*
      a"b                | /"c\\
      x=y?               | /a,context=/b
      'a\nb'             | '/c\nd'
      """)
  void noNameOfAHostOrAContextIsReadAsAnotherPartOfTheName(String host, String context)
      throws MalformedObjectNameException {
    try (Registration ignored =
        new Registration(engine, Engines.alone(engine), List.of(), host, context)) {
      assertThat(registered()).singleElement().satisfies(name -> {
        assertThat(name.isPattern()).isFalse();
        assertThat(name.getKeyPropertyList()).containsOnlyKeys("type", "host", "context");
        assertThat(ObjectName.unquote(name.getKeyProperty("host"))).isEqualTo(host);
        assertThat(ObjectName.unquote(name.getKeyProperty("context"))).isEqualTo(context);
      });
    }
    assertThat(registered()).isEmpty();
  }

  @Test
  void twoDeploymentsOfOneNameAreTwoBeans() throws MalformedObjectNameException {
    try (Registration first = new Registration(engine, Engines.alone(engine), List.of(), "h", "");
        Registration second = new Registration(engine, Engines.alone(engine), List.of(), "h", "")) {
      assertThat(first).isNotSameAs(second);
      assertThat(registered()).hasSize(2);
    }
    assertThat(registered()).isEmpty();
  }
}
