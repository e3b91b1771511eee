package io.heartline.bootstrap;

import io.heartline.api.BodilessFilter;
import io.heartline.api.Calls;
import io.heartline.api.DisconnectServlet;
import io.heartline.api.DrainServlet;
import io.heartline.api.ErrorServlet;
import io.heartline.api.FreshFilter;
import io.heartline.api.HealthServlet;
import io.heartline.api.HistoryServlet;
import io.heartline.api.ParameterFilter;
import io.heartline.api.PositionServlet;
import io.heartline.api.Positions;
import io.heartline.api.PresenceServlet;
import io.heartline.api.PublishServlet;
import io.heartline.api.Readers;
import io.heartline.api.TicketServlet;
import io.heartline.api.UsersServlet;
import io.heartline.api.WhoAmIServlet;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.security.ApiKeys;
import io.heartline.security.Caller;
import io.heartline.security.CorsFilter;
import io.heartline.security.HeadersFilter;
import io.heartline.security.OriginFilter;
import io.heartline.security.RoomFilter;
import io.heartline.security.SignedCookie;
import io.heartline.security.Tickets;
import io.heartline.transport.session.SessionFilter;
import io.heartline.transport.session.SessionUser;
import io.heartline.transport.session.SingleSignOnFilter;
import io.heartline.transport.session.Upgrades;
import io.heartline.transport.sse.EventsServlet;
import io.heartline.transport.websocket.EndpointContext;
import io.heartline.transport.websocket.Frames;
import io.heartline.transport.websocket.Patience;
import io.heartline.transport.websocket.RawQuery;
import io.heartline.transport.websocket.SocketFilter;
import io.heartline.transport.websocket.TomcatSockets;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The servlets, filters and listeners that one deployment adds to its context. */
final class WebComponents {
  /** The servlets that decide themselves whether they accept a request's body. */
  private static final Set<String> JUDGES = Set.of(
      "heartline-publish",
      "heartline-history",
      "heartline-position",
      "heartline-presence",
      "heartline-whoami",
      "heartline-ticket",
      "heartline-health",
      "heartline-drain",
      "heartline-disconnect",
      "heartline-users",
      Demo.PUBLISH);

  /** What pages of other origins may read, if they are listed. */
  private static final String[] READ = {
    "/api/whoami",
    "/api/history",
    "/api/position",
    "/api/presence",
    "/api/ticket",
    EventsServlet.PATH,
    "*.js",
    "*.mjs"
  };

  /** An answer that says that something failed is an answer too. */
  private static final EnumSet<DispatcherType> HEADED =
      EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR);

  private final ServletContext context;
  private final Settings settings;
  private final Application application;
  private final Access access;
  private final Engine engine;
  private final Calls calls;
  private final SockJs sockJs;

  WebComponents(ServletContext context, Settings settings, Application application, Access access) {
    this.context = context;
    this.settings = settings;
    this.application = application;
    this.access = access;
    engine = application.engine();
    calls = application.calls();
    sockJs = new SockJs(settings, application, access);
  }

  /** Adds everything. Filters run in the order in which they are added. */
  void add() {
    context.getSessionCookieConfig().setHttpOnly(true); // Tomcat's are, WildFly's are not
    before(context.addFilter("heartline-headers", new HeadersFilter()), HEADED, "/*");
    before(
        context.addFilter("heartline-cors", new CorsFilter(access.origins(), access.proxies())),
        READ);
    serve("error", new ErrorServlet(), ErrorServlet.PATH);
    beforeAll(context.addFilter("heartline-parameters", new ParameterFilter(calls)));
    Set<String> judges = new HashSet<>(JUDGES);
    judges.addAll(sockJs.servlets());
    beforeAll(context.addFilter("heartline-bodiless", new BodilessFilter(calls, judges)));
    addDemo();
    addApi();
    addDoors();
  }

  private void addDemo() {
    SignedCookie guests = access.guests();
    if (guests == null) {
      Demo.hide(context);
    } else {
      Demo.add(
          context,
          calls,
          engine,
          guests,
          this::isOwnPage,
          access.proxies(),
          settings.limits().guests());
    }
  }

  private boolean isOwnPage(HttpServletRequest request) {
    boolean own = new Caller(request).allowedBy(access.origins(), access.proxies());
    if (!own) {
      application.refused().foreignPage(request);
    }
    return own;
  }

  /** Returns where the client of a request is. */
  private String address(HttpServletRequest request) {
    return new Caller(request).address(access.proxies());
  }

  private void addApi() {
    ApiKeys keys = access.keys();
    Readers readers = new Readers(
        keys::find,
        access.tokens(),
        access.authenticator(),
        Caller::new,
        access.rights(),
        engine.blocks());
    serve(
        "publish",
        new PublishServlet(
            calls,
            engine,
            keys::find,
            settings.publishBytes(),
            settings.limits().publish()),
        "/api/publish");
    serve("history", new HistoryServlet(calls, engine, readers, this::address), "/api/history");
    serve("position", new PositionServlet(calls, engine, readers), "/api/position");
    serve("presence", new PresenceServlet(calls, application.cluster(), readers), "/api/presence");
    context.setAttribute(Positions.ATTRIBUTE, new Positions(engine));
    serve(
        "whoami",
        new WhoAmIServlet(
            calls,
            engine,
            access.authenticator(),
            Caller::new,
            application.turnstile()::wouldComeBackIn),
        "/api/whoami");
    Tickets tickets = access.tickets();
    if (tickets != null) {
      serve(
          "ticket",
          new TicketServlet(
              calls,
              keys::find,
              access.authenticator(),
              Caller::new,
              engine.blocks(),
              this::isOwnPage,
              tickets::issue,
              Tickets.GOOD),
          "/api/ticket");
    }
    serve("health", new HealthServlet(calls, engine, application.cluster()), "/health/*");
    serve("drain", new DrainServlet(calls, engine, keys::find), "/api/drain");
    serve(
        "disconnect",
        new DisconnectServlet(calls, engine, application.cluster(), keys::find),
        "/api/disconnect");
    serve(
        "users",
        new UsersServlet(calls, engine, application.cluster(), keys::find),
        "/api/users/*");
  }

  private void addDoors() {
    serve(
        "events",
        new EventsServlet(
            engine,
            application.eventsDoor(),
            application.sessions(),
            access.authenticator(),
            Caller::atDoor,
            this::address),
        EventsServlet.PATH);
    Set<String> below = sockJs.below();
    String[] doors = application.doors().keySet().toArray(new String[0]);
    String[] all = Stream.of(Set.of(doors), below).flatMap(Set::stream).toArray(String[]::new);
    before(
        context.addFilter(
            "heartline-origin",
            new OriginFilter(
                access.origins(),
                access.proxies(),
                application.refused(),
                sockJs::isFramePage,
                sockJs::isFramed,
                sockJs::isScript)),
        all);
    before(context.addFilter("heartline-room", new RoomFilter(application.turnstile())), doors);
    Set<String> sockets = new HashSet<>(application.doors().keySet());
    sockets.remove(EventsServlet.PATH);
    boolean reachable = TomcatSockets.reachable(context);
    if (reachable) {
      before(context.addFilter("heartline-socket", new SocketFilter()), all);
    }
    before(
        context.addFilter(
            "heartline-single-sign-on", new SingleSignOnFilter(settings.auth().ssoCookie())),
        all);
    before(context.addFilter("heartline-fresh", new FreshFilter()), "*.js", "*.mjs");
    Upgrades upgrades =
        new Upgrades(access.authenticator(), Caller::atDoor, this::address, RawQuery::read);
    before(
        context.addFilter(
            "heartline-session", new SessionFilter(upgrades, sockets, sockJs.bases(), this::heads)),
        "/*");
    sockJs.add(context, upgrades, this::address);
    context.addListener(application.sessions());
    settings
        .auth()
        .session()
        .map(Ways::session)
        .ifPresent(login -> context.addListener(
            new SessionUser(login.attribute(), login::userOf, application.sessions())));
    context.addListener(new Lifecycle(application, endpoints(reachable)));
  }

  private EndpointContext endpoints(boolean reachable) {
    return new EndpointContext(
        engine,
        application.doors(),
        application.sessions(),
        settings.messageBytes(),
        settings.noProgress(),
        new Patience(),
        reachable && settings.tomcatDirect() ? new Frames(settings.store().frameBytes()) : null);
  }

  /** Returns the heads of the channels that the door at a path reads; empty if there is no door. */
  private CompletionStage<Map<ChannelName, From>> heads(String path, Identity identity) {
    Door door = application.doors().get(path);
    return door == null
        ? CompletableFuture.completedFuture(Map.of())
        : engine.heads(door, identity);
  }

  private void serve(String name, Servlet servlet, String path) {
    serve(context, "heartline-" + name, servlet, path);
  }

  static void serve(ServletContext context, String name, Servlet servlet, String path) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.addMapping(path);
    registration.setAsyncSupported(true);
  }

  /** Maps a filter that answers calls itself, so it also runs when a call is dispatched again. */
  private static void beforeAll(FilterRegistration.Dynamic filter) {
    before(filter, "/*");
    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.ASYNC), false, "/*");
  }

  /** Maps a filter with isMatchAfter false: it runs before the container's own upgrade filter. */
  static void before(FilterRegistration.Dynamic filter, String... paths) {
    before(filter, EnumSet.of(DispatcherType.REQUEST), paths);
  }

  private static void before(
      FilterRegistration.Dynamic filter, EnumSet<DispatcherType> when, String... paths) {
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(when, false, paths);
  }
}
