package io.heartline.transport.websocket;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Whether this container is a Tomcat whose sockets can be reached. What is used of it is public,
 * but not promised to stay.
 */
public final class TomcatSockets {
  private TomcatSockets() {}

  /** Returns whether this container has all that {@link SocketConnection} uses. */
  public static boolean reachable() {
    try {
      Class.forName(SocketUpgrade.class.getName());
      SocketWrapperBase.class.getMethod(
          "write",
          ByteBuffer[].class,
          int.class,
          int.class,
          SocketWrapperBase.BlockingMode.class,
          long.class,
          TimeUnit.class,
          Object.class,
          SocketWrapperBase.CompletionCheck.class,
          CompletionHandler.class);
      return Lock.class.isAssignableFrom(
          SocketWrapperBase.class.getMethod("getLock").getReturnType());
    } catch (ReflectiveOperationException | LinkageError e) {
      return false; // another container, or another Tomcat
    }
  }

  /**
   * Returns the lock that Tomcat has while it serves a socket. Not called directly, because it
   * returns a {@code Lock} in Tomcat 10.1 and a {@code ReentrantLock} in Tomcat 11.
   */
  static Lock lock(SocketWrapperBase<?> socket) {
    try {
      return (Lock) SocketWrapperBase.class.getMethod("getLock").invoke(socket);
    } catch (IllegalAccessException | NoSuchMethodException | InvocationTargetException e) {
      throw new IllegalStateException(e); // it was there when it was asked for
    }
  }
}
