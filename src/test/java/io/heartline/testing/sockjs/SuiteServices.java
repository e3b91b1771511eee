package io.heartline.testing.sockjs;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.model.Room;
import io.heartline.security.Caller;
import io.heartline.transport.session.SessionLines;
import io.heartline.transport.session.SessionPolicy;
import io.heartline.transport.session.Upgrades;
import io.heartline.transport.sockjs.SockJsContext;
import io.heartline.transport.sockjs.SockJsFrames;
import io.heartline.transport.sockjs.SockJsService;
import io.heartline.transport.sockjs.SockJsServlet;
import io.heartline.transport.websocket.EndpointContext;
import io.heartline.transport.websocket.Frames;
import io.heartline.transport.websocket.Patience;
import io.heartline.transport.websocket.SocketFilter;
import io.heartline.transport.websocket.TomcatSockets;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the services into any Servlet container. Pages of every origin may use them: the suite sends
 * strange ones.
 */
public final class SuiteServices implements ServletContainerInitializer, ServletContextListener {
  private static final int MESSAGE_BYTES = 64 * 1024;

  /** The suite counts on it. */
  private static final int RESPONSE_BYTES = 4096;

  private final SuiteEngine suite = new SuiteEngine();
  private EndpointContext endpoints;

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext servlets) {
    SessionLines sessions = new SessionLines(SessionPolicy.DETACH, suite);
    Authenticator nobody = credentials -> new Authenticator.Verdict.Nobody().now();
    boolean reachable = TomcatSockets.reachable(servlets);
    endpoints = new EndpointContext(
        suite.engine,
        Map.of(),
        sessions,
        MESSAGE_BYTES,
        Duration.ofSeconds(10),
        new Patience(),
        reachable ? new Frames(1 << 20) : null);
    SockJsContext context = new SockJsContext(
        suite.engine,
        sessions,
        nobody,
        Caller::new,
        HttpServletRequest::getRemoteAddr,
        new Upgrades(nobody, Caller::new, HttpServletRequest::getRemoteAddr, query -> {}),
        request -> 0,
        suite,
        MESSAGE_BYTES,
        Duration.ofSeconds(10),
        new Room(1 << 24),
        new SockJsFrames(1 << 20));
    add(servlets, context, service("/echo", suite.echo, true, false));
    add(servlets, context, service("/close", suite.close, true, false));
    add(servlets, context, service("/disabled_websocket_echo", suite.echo, false, false));
    add(servlets, context, service("/cookie_needed_echo", suite.echo, true, true));
    if (reachable) {
      FilterRegistration.Dynamic sockets = servlets.addFilter("sockets", new SocketFilter());
      sockets.setAsyncSupported(true);
      sockets.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }
    servlets.addListener(this);
  }

  private static SockJsService service(String base, Door door, boolean webSocket, boolean cookie) {
    return new SockJsService(
        base,
        door,
        List.of(),
        false,
        webSocket,
        true,
        cookie,
        RESPONSE_BYTES,
        SockJsService.TIMEOUT);
  }

  private static void add(ServletContext servlets, SockJsContext context, SockJsService service) {
    ServletRegistration.Dynamic servlet =
        servlets.addServlet(service.base(), new SockJsServlet(service, context));
    servlet.addMapping(service.base() + "/*");
    servlet.setAsyncSupported(true);
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    suite.start();
    EndpointContext.open(endpoints);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    EndpointContext.shut();
    suite.stop();
  }
}
