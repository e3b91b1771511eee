package io.heartline.testing.sockjs;

import com.fasterxml.jackson.core.JsonParser;
import io.heartline.engine.Engine;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/**
 * Starts the services. They have a class loader of their own, because the class path of the tests
 * has the API of older containers in front of Tomcat's.
 */
public final class SockJsServices implements AutoCloseable {
  private static final int PORT = 8081;

  private final URLClassLoader classes;
  private final AutoCloseable services;
  private final String url;

  private SockJsServices(Path work, int port) throws ReflectiveOperationException {
    classes = new URLClassLoader(
        Stream.of(
                EmbeddedServices.class,
                Engine.class,
                JsonParser.class,
                Tomcat.class,
                WsSci.class,
                PostConstruct.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .toArray(URL[]::new),
        ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      Object started = classes
          .loadClass(EmbeddedServices.class.getName())
          .getConstructor(Path.class, Integer.class)
          .newInstance(work, port);
      services = (AutoCloseable) started;
      url = ((Supplier<?>) started).get().toString();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Starts them on 127.0.0.1.
   *
   * @param work a folder for Tomcat's files
   * @param port 0 for any
   */
  public static SockJsServices start(Path work, int port) {
    try {
      return new SockJsServices(work, port);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns where they are, such as {@code http://127.0.0.1:8081}. */
  public String url() {
    return url;
  }

  @Override
  public void close() {
    try {
      services.close();
      classes.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Serves until the process is ended. The first argument is the port, 8081 without one. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("sockjs-services");
    int port = arguments.length == 0 ? PORT : Integer.parseInt(arguments[0]);
    System.out.println("SockJS services at " + start(work, port).url());
    new CountDownLatch(1).await();
  }
}
