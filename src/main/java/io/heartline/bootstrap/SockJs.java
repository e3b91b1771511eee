package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.Settings;
import io.heartline.engine.Door;
import io.heartline.model.Room;
import io.heartline.protocol.stomp.StompProtocol;
import io.heartline.security.Caller;
import io.heartline.transport.session.Upgrades;
import io.heartline.transport.sockjs.SockJsContext;
import io.heartline.transport.sockjs.SockJsFrames;
import io.heartline.transport.sockjs.SockJsService;
import io.heartline.transport.sockjs.SockJsServlet;
import io.heartline.transport.websocket.StompEndpoint;
import io.heartline.transport.websocket.UpdatesEndpoint;
import io.heartline.transport.websocket.UserChannelEndpoint;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The doors that clients of SockJS find, each below a base of its own. */
final class SockJs {
  private static final String BASE = "/sockjs";

  /** Bytes that bodies may take together before they have arrived whole: a part of the heap. */
  private static final int OF_HEAP = 64;

  private final Settings settings;
  private final Application application;
  private final Access access;
  private final List<SockJsService> services = new ArrayList<>();

  SockJs(Settings settings, Application application, Access access) {
    this.settings = settings;
    this.application = application;
    this.access = access;
    services.add(stomp(BASE));
    services.add(raw("/user-channel", UserChannelEndpoint.PATH));
    services.add(raw("/updatewebsocket", UpdatesEndpoint.PATH));
    settings.sockJsBases().forEach(base -> services.add(stomp(base)));
  }

  private SockJsService stomp(String base) {
    return service(base, StompEndpoint.PATH, StompProtocol.NAMES);
  }

  private SockJsService raw(String base, String path) {
    return service(BASE + base, path, List.of());
  }

  private SockJsService service(String base, String path, List<String> subprotocols) {
    Door door = application.doors().get(path);
    if (door == null) {
      throw new IllegalStateException("there is a door at " + path);
    }
    return new SockJsService(
        base,
        door,
        subprotocols,
        !subprotocols.isEmpty(),
        true,
        settings.sockJsLegacy(),
        settings.sockJsCookie(),
        SockJsService.RESPONSE_BYTES,
        SockJsService.TIMEOUT);
  }

  /** Returns whether a request is for the page that clients put into a frame: it has no secrets. */
  boolean isFramePage(HttpServletRequest request) {
    return settings.sockJsLegacy() && SockJsServlet.isFramePage(request);
  }

  /** Returns whether the answer to a request is shown inside a frame. */
  boolean isFramed(HttpServletRequest request) {
    return settings.sockJsLegacy() && SockJsServlet.isFramed(request);
  }

  /** Returns whether a request is for a script that brings frames. */
  boolean isScript(HttpServletRequest request) {
    return settings.sockJsLegacy() && SockJsServlet.isScript(request);
  }

  /** Returns the bases. */
  Set<String> bases() {
    return services.stream().map(SockJsService::base).collect(Collectors.toSet());
  }

  /** Returns the patterns of all URLs below the bases. */
  Set<String> below() {
    return services.stream().map(service -> service.base() + "/*").collect(Collectors.toSet());
  }

  /** Returns the names of the servlets. */
  Set<String> servlets() {
    return services.stream().map(SockJs::name).collect(Collectors.toSet());
  }

  private static String name(SockJsService service) {
    return "heartline-sockjs:" + service.base();
  }

  /** @param address returns where the client of a request is */
  void add(
      ServletContext context, Upgrades upgrades, Function<HttpServletRequest, String> address) {
    SockJsContext shared = new SockJsContext(
        application.engine(),
        application.sessions(),
        access.authenticator(),
        Caller::new,
        address,
        upgrades,
        application.turnstile()::comeBackIn,
        application.time(),
        settings.messageBytes(),
        settings.bodyTimeout(),
        new Room(
            Math.max(Runtime.getRuntime().maxMemory() / OF_HEAP, 16L * settings.messageBytes())),
        new SockJsFrames(settings.store().frameBytes() / 4));
    for (SockJsService service : services) {
      WebComponents.serve(
          context, name(service), new SockJsServlet(service, shared), service.base() + "/*");
    }
  }
}
