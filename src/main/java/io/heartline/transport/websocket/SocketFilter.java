package io.heartline.transport.websocket;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.websocket.HandshakeResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;

/** Makes Tomcat upgrade a WebSocket with {@link SocketUpgrade} instead of its own handler. */
public final class SocketFilter implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(
        new Reaching((HttpServletRequest) request, (HttpServletResponse) response), response);
  }

  private static final class Reaching extends HttpServletRequestWrapper {
    private final HttpServletResponse response;

    Reaching(HttpServletRequest request, HttpServletResponse response) {
      super(request);
      this.response = response;
    }

    /**
     * Returns no names once Tomcat has accepted the upgrade. Otherwise Tomcat keeps a copy of all
     * headers, cookies included, for as long as the line is open. Filters in between, which may
     * read the headers as well, are done by then.
     */
    @Override
    public Enumeration<String> getHeaderNames() {
      return response.containsHeader(HandshakeResponse.SEC_WEBSOCKET_ACCEPT)
          ? Collections.emptyEnumeration()
          : super.getHeaderNames();
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
