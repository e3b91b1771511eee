package io.heartline.transport.websocket;

import jakarta.servlet.http.WebConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own WebSocket handler, which also exposes its socket to the endpoint while the
 * endpoint's onOpen runs. Tomcat creates it because {@link SocketFilter} asks for it.
 */
public final class SocketUpgrade extends WsHttpUpgradeHandler {
  private static final ThreadLocal<SocketWrapperBase<?>> OPENING = new ThreadLocal<>();

  private static final Logger LOG = System.getLogger(SocketUpgrade.class.getName());

  private @Nullable SocketWrapperBase<?> socket;

  /** Returns the socket of the line that this thread is opening; null if it cannot be reached. */
  static @Nullable SocketWrapperBase<?> opening() {
    return OPENING.get();
  }

  @Override
  public void setSocketWrapper(SocketWrapperBase<?> socketWrapper) {
    super.setSocketWrapper(socketWrapper);
    socket = socketWrapper;
  }

  @Override
  public void init(WebConnection connection) {
    OPENING.set(socket);
    try {
      super.init(connection); // calls the endpoint's onOpen
    } finally {
      OPENING.remove();
    }
  }

  /**
   * Keeps an expected failure out of Tomcat's log. Tomcat cannot answer a ping on a session that
   * another thread has just closed, and would log that as a failed request with a stack trace. It
   * closes the socket either way.
   */
  @Override
  public SocketState upgradeDispatch(SocketEvent status) {
    try {
      return super.upgradeDispatch(status);
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, () -> "session was closed during " + status + ": " + e);
      return SocketState.CLOSED;
    }
  }
}
