package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What JConsole shows of a runnable WAR of this user. */
public final class JmxOfProcess {
  private JmxOfProcess() {}

  /** Returns all attributes of Heartline's only MBean, by name. */
  public static Map<String, Object> figures(long pid) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
    Map<String, Object> all = new TreeMap<>();
    try (JMXConnector connector =
        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      Set<ObjectName> names = server.queryNames(new ObjectName("heartline:*"), null);
      assertThat(names).hasSize(1);
      for (ObjectName name : names) {
        assertThat(name.getKeyProperty("context")).isEqualTo(ObjectName.quote("/heartline"));
        for (MBeanAttributeInfo info : server.getMBeanInfo(name).getAttributes()) {
          all.put(info.getName(), server.getAttribute(name, info.getName()));
        }
      }
    } finally {
      machine.detach();
    }
    return all;
  }
}
