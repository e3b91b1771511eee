package io.heartline.transport.websocket;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionCheck;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionState;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this container is a Tomcat whose sockets we can reach. We use only public parts
 * of Tomcat, but Tomcat does not promise to keep them.
 */
public final class TomcatSockets {
  private static final Logger LOG = System.getLogger(TomcatSockets.class.getName());

  private TomcatSockets() {}

  /** Returns whether this is a Tomcat with everything that {@link SocketConnection} uses. */
  public static boolean reachable(ServletContext context) {
    if (!Tomcat.made(context.getAttribute(ServerContainer.class.getName()))) {
      return false;
    }
    String missing = missing();
    if (missing != null) {
      LOG.log(
          Level.WARNING,
          "lines are written through the WebSocket API of {0}, which is slower, because its sockets"
              + " are not as expected ({1})",
          context.getServerInfo(),
          missing);
    }
    return missing == null;
  }

  private static @Nullable String missing() {
    try {
      Class.forName(SocketUpgrade.class.getName());
      Class<?> socket = SocketWrapperBase.class;
      Method write = socket.getMethod(
          "write",
          ByteBuffer[].class,
          int.class,
          int.class,
          BlockingMode.class,
          long.class,
          TimeUnit.class,
          Object.class,
          CompletionCheck.class,
          CompletionHandler.class);
      boolean same = write.getReturnType() == CompletionState.class
          && socket.getField("COMPLETE_WRITE").getType() == CompletionCheck.class
          && socket.getMethod("hasAsyncIO").getReturnType() == boolean.class
          && Lock.class.isAssignableFrom(socket.getMethod("getLock").getReturnType())
          && BlockingMode.class.getField("NON_BLOCK").isEnumConstant()
          && CompletionState.class.getField("INLINE").isEnumConstant()
          && CompletionState.class.getField("NOT_DONE").isEnumConstant();
      return same ? null : "some types differ";
    } catch (ReflectiveOperationException | LinkageError e) {
      return e.toString();
    }
  }

  /**
   * Returns the lock that Tomcat holds while it serves a socket. Uses reflection, because the
   * method returns a {@code Lock} in Tomcat 10.1 and a {@code ReentrantLock} in Tomcat 11.
   */
  static Lock lock(SocketWrapperBase<?> socket) {
    try {
      return (Lock) SocketWrapperBase.class.getMethod("getLock").invoke(socket);
    } catch (IllegalAccessException | NoSuchMethodException | InvocationTargetException e) {
      throw new IllegalStateException(e); // missing() has found it before
    }
  }
}
