package io.heartline.testing.sockjs;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.tomcat.websocket.server.WsSci;

/** The services in a Tomcat of their own, on 127.0.0.1. Supplies its URL. */
public final class EmbeddedServices implements Supplier<String>, AutoCloseable {
  /** Tomcat would look for leaks when the services end; they end with the process. */
  private static final Logger LOADER_LOG = Logger.getLogger("org.apache.catalina.loader");

  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector("HTTP/1.1");

  /**
   * Starts it.
   *
   * @param work a folder for its files
   * @param port 0 for any
   */
  public EmbeddedServices(Path work, Integer port) throws LifecycleException {
    LOADER_LOG.setLevel(Level.SEVERE);
    // A JVM takes one factory, and another test's Tomcat may have given it one.
    TomcatURLStreamHandlerFactory.disable();
    tomcat.setSilent(true);
    tomcat.setBaseDir(work.toString());
    connector.setProperty("address", "127.0.0.1");
    connector.setPort(port);
    connector.setThrowOnFailure(true);
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    context.setParentClassLoader(EmbeddedServices.class.getClassLoader());
    context.addServletContainerInitializer(new WsSci(), null);
    context.addServletContainerInitializer(new SuiteServices(), null);
    tomcat.start();
  }

  @Override
  public String get() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
