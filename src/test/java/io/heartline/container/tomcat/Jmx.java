package io.heartline.container.tomcat;

import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Tomcat's JMX, spoken as JConsole does. */
final class Jmx implements AutoCloseable {
  private final JMXConnector connector;
  final MBeanServerConnection server;

  Jmx() throws IOException {
    connector =
        JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:"
            + Integer.getInteger("heartline.container.jmx") + "/jmxrmi"));
    server = connector.getMBeanServerConnection();
  }

  static ObjectName bean(String name) throws JMException {
    return new ObjectName(
        "heartline:type=Heartline,host=\"Catalina/localhost\",context=\"/" + name + "\"");
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
