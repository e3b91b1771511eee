package io.heartline.container.tomcat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  /** Returns the names of Heartline's threads that live. */
  Set<String> threads() throws IOException, JMException {
    ObjectName threading = new ObjectName("java.lang:type=Threading");
    long[] ids = (long[]) server.getAttribute(threading, "AllThreadIds");
    Object[] infos = (Object[]) server.invoke(
        threading, "getThreadInfo", new Object[] {ids}, new String[] {long[].class.getName()});
    Set<String> names = new TreeSet<>();
    for (Object info : infos) {
      if (info != null) { // it has just ended
        String name = (String) ((javax.management.openmbean.CompositeData) info).get("threadName");
        if (name.startsWith("heartline-")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** Collects garbage and returns the classes of Heartline that are left. */
  Set<String> classesInUse() throws IOException, JMException {
    String histogram = (String) server.invoke(
        new ObjectName("com.sun.management:type=DiagnosticCommand"),
        "gcClassHistogram",
        new Object[] {new String[0]},
        new String[] {String[].class.getName()});
    return histogram
        .lines()
        .filter(line -> line.contains(" io.heartline."))
        .map(line -> line.substring(line.indexOf(" io.heartline.")).strip())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns how many class loaders of applications there are. */
  long applicationLoaders() throws IOException, JMException {
    String histogram = (String) server.invoke(
        new ObjectName("com.sun.management:type=DiagnosticCommand"),
        "gcClassHistogram",
        new Object[] {new String[0]},
        new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(row ->
            row.length > 3 && row[3].equals("org.apache.catalina.loader.ParallelWebappClassLoader"))
        .mapToLong(row -> Long.parseLong(row[1]))
        .sum();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
