package io.heartline.container.wildfly;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** JMX through WildFly's management port, spoken as its own bin/jconsole.sh does. */
final class Jmx implements AutoCloseable {
  private static final ObjectName WILDFLY = name("jboss.as:management-root=server");
  private static final ObjectName THREADING = name("java.lang:type=Threading");

  private final JMXConnector connector;
  final MBeanServerConnection server;

  Jmx() throws IOException {
    connector = JMXConnectorFactory.connect(new JMXServiceURL(
        "service:jmx:remote+http://127.0.0.1:" + Integer.getInteger("heartline.container.jmx")));
    server = connector.getMBeanServerConnection();
  }

  private static ObjectName name(String name) {
    try {
      return new ObjectName(name);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  static ObjectName bean(String deployment) {
    return name("heartline:type=Heartline,host=\"default-host\",context=\"/" + deployment + "\"");
  }

  /** Returns the names of Heartline's threads that live. */
  List<String> threads() throws IOException, JMException {
    Object ids = server.getAttribute(THREADING, "AllThreadIds");
    CompositeData[] infos = (CompositeData[]) server.invoke(
        THREADING, "getThreadInfo", new Object[] {ids}, new String[] {long[].class.getName()});
    return Arrays.stream(infos)
        .filter(Objects::nonNull) // ended between the two questions
        .map(info -> String.valueOf(info.get("threadName")))
        .filter(name -> name.startsWith("heartline-"))
        .toList();
  }

  /** What {@code :suspend} does in jboss-cli. */
  void suspend() throws IOException, JMException {
    String integer = Integer.class.getName();
    server.invoke(WILDFLY, "suspend", new Object[] {0, 15}, new String[] {integer, integer});
  }

  void resume() throws IOException, JMException {
    server.invoke(WILDFLY, "resume", new Object[0], new String[0]);
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
