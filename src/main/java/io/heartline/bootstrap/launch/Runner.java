package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.HeartlineInitializer;
import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.ServerSettings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.bootstrap.settings.Table;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.scan.StandardJarScanner;
import org.jspecify.annotations.Nullable;

/** Runs the WAR in a Tomcat of its own, until the process is asked to end. */
public final class Runner {
  /** Where Tomcat says what it refuses before it knows the application. */
  private static final Logger REQUESTS_LOG =
      Logger.getLogger("org.apache.coyote.http11.Http11Processor");

  /** Tomcat logs cookies that it cannot read, whose values are nobody's business. */
  private static final Logger COOKIES_LOG =
      Logger.getLogger("org.apache.tomcat.util.http.parser.Cookie");

  /** Tomcat's loader does not know the JDK's platform class loader, and says so at each start. */
  private static final Logger LOADER_LOG =
      Logger.getLogger("org.apache.catalina.loader.WebappLoader");

  /**
   * Tomcat's session warns, with a stack trace, about each client that went away while several
   * messages were written to it in one batch through Tomcat's API.
   */
  private static final Logger SESSION_LOG =
      Logger.getLogger("org.apache.tomcat.websocket.WsSession");

  private Runner() {}

  /**
   * Starts the server, and returns when it has stopped.
   *
   * @param application the folder of the unpacked WAR
   * @param work a folder that is deleted at the end
   * @param arguments what is set on the command line, by property
   * @param stop receives what stops the server when the process is asked to end
   */
  public static void run(
      Path application,
      Path work,
      Map<String, String> arguments,
      AtomicReference<@Nullable Runnable> stop)
      throws IOException, LifecycleException {
    shortLogLines();
    smallBuffers();
    REQUESTS_LOG.setFilter(new RefusedRequests());
    COOKIES_LOG.setLevel(Level.WARNING);
    LOADER_LOG.setLevel(Level.WARNING);
    SESSION_LOG.setFilter(message -> !(message.getThrown() instanceof IOException));
    Thread.setDefaultUncaughtExceptionHandler(Runner::uncaught);
    Sources sources = Sources.ofProcess(Table.commandLine(arguments));
    ServerSettings settings;
    try {
      settings = ServerSettings.read(sources);
    } catch (BadSetting e) {
      fail(sources.explain(e));
      return;
    }
    Tomcat tomcat = new Tomcat();
    tomcat.setSilent(true);
    tomcat.setBaseDir(work.toString());
    Files.createDirectories(work.resolve("webapps"));
    Connector connector = connector(settings);
    tomcat.setConnector(connector);
    tomcat.getEngine().getPipeline().addValve(new UnreadBodies());
    tomcat.getHost().getPipeline().addValve(bareErrors());
    Context context = context(tomcat, settings, application, arguments);
    if (!settings.contextPath().isEmpty()) {
      leadFromRoot(tomcat, settings.contextPath());
    }
    stop.set(() -> stop(tomcat));
    FailedStart said = new FailedStart();
    try {
      tomcat.init(); // listens, before the application opens anything
    } catch (LifecycleException e) {
      fail(CannotListen.why(e, settings, sources));
      return;
    }
    tomcat.start();
    String problem = said.reason();
    if (problem != null) {
      fail(problem);
      return;
    }
    said.over();
    if (context.getState() != LifecycleState.STARTED) {
      fail("the application did not start, see above");
    } else {
      stop.set(() -> {
        System.out.println("Heartline is stopping.");
        stop(tomcat);
      });
      greet(
          settings,
          connector.getLocalPort(),
          context.getServletContext().getAttribute(HeartlineInitializer.KEY_FILE));
      tomcat.getServer().await();
    }
  }

  /**
   * Tells what ended a thread, as the JDK does. Not where a client went away between two parts of a
   * text that Tomcat's API was writing without holding a thread: Tomcat throws that at its own
   * thread, and the line ends in other ways.
   */
  private static void uncaught(Thread thread, Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    boolean closedLine = failure instanceof IllegalStateException
        && stack.length > 0
        && stack[0].getClassName().startsWith("org.apache.tomcat.websocket.");
    if (!closedLine) {
      System.err.print("Exception in thread \"" + thread.getName() + "\" ");
      failure.printStackTrace();
    }
  }

  /** One log line per message, unless a format was set. */
  private static void shortLogLines() {
    String property = "java.util.logging.SimpleFormatter.format";
    if (System.getProperty(property) == null
        && LogManager.getLogManager().getProperty(property) == null) {
      System.setProperty(property, "%1$tF %1$tT.%1$tL %4$-7s %5$s%6$s%n");
    }
  }

  /**
   * Makes Tomcat's three buffers per line smaller; by default they have 8 KiB each. They are for
   * writes through the API, which we hardly use, and for a part of what comes in. The garbage
   * collector copies them all when many lines have come.
   */
  private static void smallBuffers() {
    String property = "org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "1024");
    }
  }

  /** Answers requests that Tomcat refuses without a stack trace and without its version. */
  private static ErrorReportValve bareErrors() {
    ErrorReportValve errors = new ErrorReportValve();
    errors.setShowReport(false);
    errors.setShowServerInfo(false);
    return errors;
  }

  private static Connector connector(ServerSettings settings) {
    Connector connector = new Connector("HTTP/1.1");
    connector.setPort(settings.port());
    connector.setThrowOnFailure(true);
    connector.setProperty("address", settings.address().getHostAddress());
    connector.setProperty("maxConnections", "-1"); // every line counts for as long as it is open
    connector.setProperty("acceptCount", "4096"); // all come back at once after a restart
    connector.setProperty("maxKeepAliveRequests", "-1"); // publishers keep their connection
    connector.setProperty("connectionTimeout", "10000");
    // What a peer that does not read may hold in the kernel. The socket is writable once a third is
    // free, so this also decides how slow a reader may be before it looks stuck, and how much may
    // be queued ahead of a beat.
    connector.setProperty("socket.txBufSize", "131072");
    // Per line. Tomcat's default of 8 KiB is for uploads. The garbage collector copies what idle
    // lines hold.
    connector.setProperty("socket.appReadBufSize", "1024");
    connector.setProperty("socket.appWriteBufSize", "1024");
    connector.setXpoweredBy(false);
    return connector;
  }

  private static Context context(
      Tomcat tomcat, ServerSettings settings, Path application, Map<String, String> arguments) {
    tomcat.setAddDefaultWebXmlToWebapp(false); // it would need a JSP engine
    Context context = tomcat.addWebapp(settings.contextPath(), application.toString());
    endsWithTheProcess(context);
    context.setParentClassLoader(
        Runner.class.getClassLoader()); // where Tomcat's own WebSocket is found
    context.getServletContext().setAttribute(HeartlineInitializer.ARGUMENTS, arguments);
    StandardManager sessions = new StandardManager();
    sessions.setPathname(null); // they end with the process, since its folder does
    context.setManager(sessions);
    context.addLifecycleListener(new Preloading(application));
    Tomcat.addServlet(context, "default", new DefaultServlet()).setLoadOnStartup(1);
    context.addServletMappingDecoded(
        "/", "default"); // without a servlet at / even upgrades are answered with 404
    Tomcat.addDefaultMimeTypeMappings(context);
    ((StandardJarScanner) context.getJarScanner())
        .setScanClassPath(false); // everything is in the WAR
    hideLauncher(context);
    return context;
  }

  /** Redirects from the server's root to the application. */
  private static void leadFromRoot(Tomcat tomcat, String path) {
    Context root = tomcat.addContext("", null);
    endsWithTheProcess(root);
    Tomcat.addServlet(root, "root", new HttpServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", '.' + path + '/'); // a proxy may have put us elsewhere
      }
    });
    root.addServletMappingDecoded("", "root");
  }

  /**
   * When the server itself answers with an error, such as for an address that does not exist, a
   * thread would then wait for the rest of the request's body. This prevents it.
   */
  private static final class UnreadBodies extends ValveBase {
    UnreadBodies() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      getNext().invoke(request, response);
      if (!request.isAsync() && !request.isFinished() && response.getStatus() >= 400) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
      }
    }
  }

  /** Tomcat does not look for leaks when this context stops: the process ends with it. */
  private static void endsWithTheProcess(Context context) {
    ((StandardContext) context).setSkipMemoryLeakChecksOnJvmShutdown(true);
  }

  /** Hides the launcher's classes, which are at the root of the WAR but are not pages. */
  private static void hideLauncher(Context context) {
    FilterDef hidden = new FilterDef();
    hidden.setFilterName("hidden");
    hidden.setFilter((request, response, chain) -> ((HttpServletResponse) response).sendError(404));
    context.addFilterDef(hidden);
    FilterMap classes = new FilterMap();
    classes.setFilterName("hidden");
    classes.addURLPattern("/io/*");
    context.addFilterMap(classes);
  }

  /** @param keyFile where the key that was made is kept, or null if there are others */
  private static void greet(ServerSettings settings, int port, @Nullable Object keyFile) {
    String base = settings.url(port);
    String key = keyFile == null ? "<one of your keys>" : "$(cat " + keyFile + ")";
    System.out.println("""

        Heartline is up.
          demo page    %1$s/demo/
          page script  %1$s/heartline.js
          publish key  %2$s
          publish      curl -H "Authorization: Bearer %3$s" -H "Content-Type: application/json" \\
                            -d '{"channel":"updates","data":"hello"}' %1$s/api/publish
          stop         Ctrl-C
        """.formatted(
            base,
            keyFile == null
                ? "one of yours: heartline.api.keys, or the file of keys"
                : "kept in " + keyFile,
            key));
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      System.err.println("did not stop cleanly: " + e);
    }
  }

  /** Prints one line that says what is wrong, and ends the process. */
  private static void fail(String why) {
    System.err.println(HeartlineInitializer.CANNOT_START + why);
    System.exit(1);
  }
}
