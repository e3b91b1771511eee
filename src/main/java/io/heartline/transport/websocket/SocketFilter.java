package io.heartline.transport.websocket;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;

/**
 * Stands before Tomcat's upgrade of a WebSocket and has it made by {@link SocketUpgrade}. All that
 * is used of Tomcat is public, but no part of its API: {@link #fits} says whether this Tomcat has
 * it.
 */
public final class SocketFilter implements Filter {
  /** Returns whether this container is a Tomcat whose sockets can be reached. */
  public static boolean fits() {
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
      return true;
    } catch (ReflectiveOperationException | LinkageError e) {
      return false;
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(new Reaching((HttpServletRequest) request), response);
  }

  private static final class Reaching extends HttpServletRequestWrapper {
    Reaching(HttpServletRequest request) {
      super(request);
    }

    /**
     * None: Tomcat would keep a copy of all headers, cookies too, for as long as the line lives.
     */
    @Override
    public Enumeration<String> getHeaderNames() {
      return Collections.emptyEnumeration();
    }

    @Override
    public <T extends HttpUpgradeHandler> T upgrade(Class<T> type)
        throws IOException, ServletException {
      return type == WsHttpUpgradeHandler.class
          ? type.cast(super.upgrade(SocketUpgrade.class))
          : super.upgrade(type);
    }
  }
}
