package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.WebSocketRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JMX shows has no secret and nothing that was published. */
class JmxSecretsIT {
  private static final String SECRET = "what only readers of the channel may know";

  @TempDir
  Path folder;

  @Test
  void noAttributeHoldsAKeyACookieOrAPublication() throws Exception {
    try (RunningWar war = RunningWar.start(folder)) {
      Guest ann = war.guest();
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"), "Cookie", ann.cookie());
      page.send("{\"subscribe\":\"public:a\"}");
      assertThat(page.object()).startsWith("{\"welcome\"");
      war.publish("public:a", '"' + SECRET + '"');
      List<String> shown = shown(war.pid());
      page.leave();
      assertThat(shown).as("something is shown").hasSizeGreaterThan(10);
      String cookie = ann.cookie().substring(ann.cookie().indexOf('=') + 1);
      String cookieKey = Files.readString(war.data().resolve("cookie.key")).strip();
      for (String secret : List.of(war.key(), cookie, cookieKey, SECRET)) {
        assertThat(shown).noneMatch(text -> text.contains(secret));
      }
    }
  }

  private static List<String> shown(long pid) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
    List<String> all = new ArrayList<>();
    try (JMXConnector connector =
        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      Set<ObjectName> names = server.queryNames(new ObjectName("heartline:*"), null);
      assertThat(names).hasSize(1);
      for (ObjectName name : names) {
        assertThat(name.getKeyProperty("context")).isEqualTo(ObjectName.quote("/heartline"));
        for (MBeanAttributeInfo info : server.getMBeanInfo(name).getAttributes()) {
          all.add(info.getName() + '=' + server.getAttribute(name, info.getName()));
        }
      }
    } finally {
      machine.detach();
    }
    return all;
  }
}
