package io.heartline.transport.session;

import jakarta.servlet.http.HttpSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Undertow (WildFly) asks its own exchange, not the request we wrap, which session an upgrade
 * belongs to. It keeps the session's connections in a session attribute. When the session ends, its
 * listener closes them with 1008, and that listener always runs before ours, wherever we add ours.
 * No public API reaches the attribute, so we remove it by reflection. To Undertow, a session
 * without it is a session without connections.
 */
final class Undertow {
  private static final Logger LOG = System.getLogger(Undertow.class.getName());

  private static final String CONNECTIONS = "io.undertow.websocket.current-connections";

  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private Undertow() {}

  /** Returns whether a session is Undertow's. */
  static boolean owns(HttpSession session) {
    return session.getClass().getName().startsWith("io.undertow.");
  }

  /**
   * Makes Undertow forget the connections of a session. Has no effect in other containers, or if
   * the session has ended.
   */
  static void forgetConnections(HttpSession session) {
    if (!owns(session)) {
      return;
    }
    try {
      Object underlying = session.getClass().getMethod("getSession").invoke(session);
      Class.forName(
              "io.undertow.server.session.Session", false, session.getClass().getClassLoader())
          .getMethod("removeAttribute", String.class) // by the interface: WildFly's class is hidden
          .invoke(underlying, CONNECTIONS);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalStateException)) { // else the session has just ended
        tell(e);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      tell(e);
    }
  }

  private static void tell(Exception failure) {
    if (!TOLD.getAndSet(true)) {
      LOG.log(
          Level.WARNING,
          "this version of Undertow does not let us detach lines from an HTTP session: it will"
              + " close them with 1008 when the session ends, whatever heartline.http-session says",
          failure);
    }
  }
}
