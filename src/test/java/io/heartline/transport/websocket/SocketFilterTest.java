package io.heartline.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.junit.jupiter.api.Test;

class SocketFilterTest {
  private boolean accepted;

  /** As Tomcat and the filters behind ours see it. */
  private HttpServletRequest behind() throws IOException, ServletException {
    ClassLoader loader = getClass().getClassLoader();
    HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
        loader, new Class<?>[] {HttpServletRequest.class}, (proxy, method, args) -> {
          if (method.getName().equals("upgrade")) {
            return ((Class<?>) args[0]).getConstructor().newInstance();
          }
          return Collections.enumeration(List.of("Upgrade", "Cookie"));
        });
    HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
        loader,
        new Class<?>[] {HttpServletResponse.class},
        (proxy, method, args) -> accepted && args[0].equals("Sec-WebSocket-Accept"));
    HttpServletRequest[] seen = new HttpServletRequest[1];
    new SocketFilter()
        .doFilter(request, response, (wrapped, same) -> seen[0] = (HttpServletRequest) wrapped);
    return seen[0];
  }

  @Test
  void filtersBehindItSeeAllHeaders() throws IOException, ServletException {
    assertThat(Collections.list(behind().getHeaderNames())).containsExactly("Upgrade", "Cookie");
  }

  @Test
  void tomcatHasNoneToKeepOnceItHasAccepted() throws IOException, ServletException {
    accepted = true;
    assertThat(Collections.list(behind().getHeaderNames())).isEmpty();
  }

  @Test
  void tomcatsHandlerIsOurs() throws IOException, ServletException {
    assertThat(behind().upgrade(WsHttpUpgradeHandler.class)).isInstanceOf(SocketUpgrade.class);
  }

  @Test
  void othersHandlersAreTheirs() throws IOException, ServletException {
    assertThat(behind().upgrade(Other.class)).isInstanceOf(Other.class);
  }

  /** Of another protocol. */
  public static final class Other implements HttpUpgradeHandler {
    @Override
    public void init(jakarta.servlet.http.WebConnection connection) {}

    @Override
    public void destroy() {}
  }
}
