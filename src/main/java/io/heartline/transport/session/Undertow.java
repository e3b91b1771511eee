package io.heartline.transport.session;

import jakarta.servlet.http.HttpSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Undertow (WildFly) asks its own exchange, not the request we wrap, which session an upgrade
 * belongs to. It keeps the session's connections in an attribute of it, and its listener, which
 * runs before ours wherever ours is added, closes them with 1008 when the session ends. Nothing
 * public leads there, so the attribute is taken off by reflection; Undertow takes a session without
 * one for a session without connections.
 */
final class Undertow {
  private static final Logger LOG = System.getLogger(Undertow.class.getName());

  private static final String CONNECTIONS = "io.undertow.websocket.current-connections";

  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private Undertow() {}

  /** Whether a session is one of Undertow's. */
  static boolean owns(HttpSession session) {
    return session.getClass().getName().startsWith("io.undertow.");
  }

  /**
   * Makes it forget the connections of a session; does nothing in other containers, and nothing
   * that matters if the session has ended.
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
      if (!(e.getCause() instanceof IllegalStateException)) { // else it ended just now
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
          "this version of Undertow keeps to itself which lines belong to an HTTP session: it will"
              + " close them with 1008 when that ends, whatever heartline.http-session says",
          failure);
    }
  }
}
