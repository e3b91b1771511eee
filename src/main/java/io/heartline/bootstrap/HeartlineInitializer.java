package io.heartline.bootstrap;

import io.heartline.api.BodilessFilter;
import io.heartline.api.Calls;
import io.heartline.api.DrainServlet;
import io.heartline.api.FreshFilter;
import io.heartline.api.HealthServlet;
import io.heartline.api.HistoryServlet;
import io.heartline.api.PositionServlet;
import io.heartline.api.Positions;
import io.heartline.api.PublishServlet;
import io.heartline.api.Readers;
import io.heartline.api.WhoAmIServlet;
import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.engine.Authenticator;
import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.security.ApiKeys;
import io.heartline.security.Caller;
import io.heartline.security.ContainerPrincipal;
import io.heartline.security.HandshakeFilter;
import io.heartline.security.Networks;
import io.heartline.security.Origins;
import io.heartline.security.SecretFile;
import io.heartline.security.SignedCookie;
import io.heartline.transport.session.SessionFilter;
import io.heartline.transport.sse.EventsServlet;
import io.heartline.transport.websocket.Frames;
import io.heartline.transport.websocket.Gate;
import io.heartline.transport.websocket.Patience;
import io.heartline.transport.websocket.SocketFilter;
import io.heartline.transport.websocket.TomcatSockets;
import io.heartline.transport.websocket.Unfinished;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a container begins with us. An initializer and not a listener of web.xml, because what an
 * initializer adds is stopped first: Tomcat would otherwise have closed all lines with 1001 before
 * we could say good-bye.
 *
 * <p>Its constants are compiled into those who use them: the launcher and containers that are too
 * old never load this class.
 */
public final class HeartlineInitializer implements ServletContainerInitializer {
  /** The context parameter by which the runnable WAR makes itself known. */
  public static final String RUNNABLE = "heartline.runnable";

  /** The context attribute that tells where the publish key is kept; absent if keys are set. */
  public static final String KEY_FILE = "heartline.key-file";

  /** How the line begins that says why a start failed. */
  public static final String CANNOT_START = "Heartline cannot start: ";

  /** The servlets that judge the bodies of their requests themselves. */
  private static final Set<String> JUDGES = Set.of(
      "heartline-publish",
      "heartline-history",
      "heartline-position",
      "heartline-whoami",
      "heartline-health",
      "heartline-drain",
      Demo.PUBLISH);

  static final String NEEDS = "it needs Tomcat 10.1 or newer, or WildFly 27 or newer";

  private static final Logger LOG = System.getLogger(HeartlineInitializer.class.getName());

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    checkContainer(context);
    try {
      begin(context);
    } catch (BadSetting | IOException e) {
      throw cannotStart(context, String.valueOf(e.getMessage()));
    }
  }

  /** Before any class of ours is touched that a lacking container could not load. */
  private static void checkContainer(ServletContext context) throws ServletException {
    if (context.getMajorVersion() < 6) {
      throw cannotStart(context, context.getServerInfo() + " is too old; " + NEEDS);
    }
    if (context.getAttribute("jakarta.websocket.server.ServerContainer") == null) {
      throw cannotStart(
          context,
          context.getServerInfo()
              + " has no WebSocket support here; in Tomcat put tomcat-websocket.jar and"
              + " websocket-api.jar back into lib/, in WildFly add"
              + " /subsystem=undertow/servlet-container=default/setting=websockets");
    }
  }

  /**
   * The container fails the deployment for it, and shows it in the middle of stack traces of its
   * own; so a line of ours says it too. The runnable WAR prints one by itself.
   */
  private static ServletException cannotStart(ServletContext context, String why) {
    String line = CANNOT_START + why;
    if (!runnable(context)) {
      LOG.log(Level.ERROR, line);
    }
    return new ServletException(line);
  }

  private static boolean runnable(ServletContext context) {
    return Boolean.parseBoolean(context.getInitParameter(RUNNABLE));
  }

  private static void begin(ServletContext context) throws IOException {
    boolean runnable = runnable(context);
    Sources places = new Sources(
        Sources::systemProperty, Sources::environment, new JndiPlace(), context::getInitParameter);
    Path data = DataDirectory.open(places, runnable, deployment(context));
    Settings settings = Settings.read(
        places.and(DataDirectory.properties(data)),
        runnable,
        Runtime.getRuntime().maxMemory());
    Application application = open(settings, data);
    try {
      furnish(context, settings, data, application);
    } catch (IOException | RuntimeException e) {
      application.stop(); // or its store could not be opened by the next attempt
      throw e;
    }
  }

  private static Application open(Settings settings, Path data) throws IOException {
    try {
      return new Application(settings, data);
    } catch (FileSystemException e) {
      throw new BadSetting(
          DataDirectory.PROPERTY,
          data.toString(),
          "must be a directory where files can be made and written by the user that runs the server"
              + " (" + e + ")");
    }
  }

  private static void furnish(
      ServletContext context, Settings settings, Path data, Application application)
      throws IOException {
    Engine engine = application.engine();
    Calls calls = application.calls();
    Authenticator authenticator = new ContainerPrincipal();
    Networks proxies =
        checked("heartline.trusted-proxies", settings.trustedProxies(), Networks::new);
    Origins origins = checked("heartline.origins", settings.origins(), Origins::new);
    FilterRegistration.Dynamic bodiless =
        context.addFilter("heartline-bodiless", new BodilessFilter(calls, JUDGES));
    before(bodiless, "/*");
    bodiless.addMappingForUrlPatterns(EnumSet.of(DispatcherType.ASYNC), false, "/*");
    if (!settings.demo()) {
      Demo.hide(context);
    } else {
      SignedCookie cookie = new SignedCookie(SecretFile.readOrMake(data.resolve("cookie.key")));
      authenticator = authenticator.orElse(cookie);
      Demo.add(context, calls, engine, cookie, origins, proxies);
    }
    List<String> given = settings.apiKeys();
    Path keyFile = data.resolve("api.key");
    ApiKeys keys = new ApiKeys(given.isEmpty() ? List.of(SecretFile.readOrMake(keyFile)) : given);
    if (given.isEmpty()) {
      LOG.log(Level.INFO, "the publish key is kept in {0}", keyFile);
      context.setAttribute(KEY_FILE, keyFile.toString());
    }

    serve(
        context,
        "heartline-publish",
        new PublishServlet(calls, engine, keys::admit, settings.publishBytes()),
        "/api/publish");
    Readers readers = new Readers(keys::admit, authenticator, Caller::new, application.rights());
    serve(context, "heartline-history", new HistoryServlet(calls, engine, readers), "/api/history");
    serve(
        context,
        "heartline-position",
        new PositionServlet(calls, engine, readers),
        "/api/position");
    context.setAttribute(Positions.ATTRIBUTE, new Positions(engine));
    serve(
        context,
        "heartline-whoami",
        new WhoAmIServlet(calls, engine, authenticator, Caller::new),
        "/api/whoami");
    serve(context, "heartline-health", new HealthServlet(calls, engine), "/health/*");
    serve(context, "heartline-drain", new DrainServlet(calls, engine, keys::admit), "/api/drain");
    serve(
        context,
        "heartline-events",
        new EventsServlet(
            engine, application.eventsDoor(), application.sessions(), authenticator, Caller::new),
        EventsServlet.PATH);
    String[] doors = application.doors().keySet().toArray(new String[0]);
    before(
        context.addFilter("heartline-handshake", new HandshakeFilter(engine, origins, proxies)),
        doors);
    boolean reachable = TomcatSockets.reachable(context);
    if (reachable) {
      before(context.addFilter("heartline-socket", new SocketFilter()), doors);
    }
    before(context.addFilter("heartline-fresh", new FreshFilter()), "*.js", "*.mjs");
    before(
        context.addFilter(
            "heartline-session",
            new SessionFilter(
                authenticator,
                Caller::new,
                (path, identity) -> heads(engine, application.doors().get(path), identity))),
        "/*");
    context.addListener(application.sessions());
    context.addListener(new Lifecycle(
        application,
        new Gate(
            engine,
            application.doors(),
            application.sessions(),
            settings.messageBytes(),
            new Unfinished(Runtime.getRuntime().maxMemory(), settings.messageBytes()),
            settings.noProgress(),
            new Patience(),
            reachable && settings.tomcatDirect()
                ? new Frames(settings.store().frameBytes())
                : null)));
  }

  /** Returns where the channels of the door at a path stand; those of no door if there is none. */
  private static CompletionStage<Map<ChannelName, From>> heads(
      Engine engine, @Nullable Door door, Identity identity) {
    return door == null
        ? CompletableFuture.completedFuture(Map.of())
        : engine.heads(door, identity);
  }

  static void serve(ServletContext context, String name, Servlet servlet, String path) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.addMapping(path);
    registration.setAsyncSupported(true);
  }

  /** Not matched after: the container's own upgrade filter comes later. */
  static void before(FilterRegistration.Dynamic filter, String... paths) {
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, paths);
  }

  private static String deployment(ServletContext context) {
    String path =
        context.getContextPath().isEmpty() ? "ROOT" : context.getContextPath().substring(1);
    return (context.getVirtualServerName() + '/' + path.replace('/', '#'))
        .replaceAll("[^A-Za-z0-9_.#/-]", "_");
  }

  private static <T> T checked(
      String property, List<String> values, Function<List<String>, T> made) {
    try {
      return made.apply(values);
    } catch (IllegalArgumentException e) {
      throw new BadSetting(property, String.join(",", values), String.valueOf(e.getMessage()));
    }
  }
}
