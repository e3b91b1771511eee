package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a container starts us. It is an initializer and not a listener in web.xml, because what an
 * initializer adds is stopped first: otherwise Tomcat would close all lines with 1001 before we
 * could say good-bye.
 *
 * <p>Its constants are compiled into the classes that use them, so the launcher and containers that
 * are too old never load this class.
 */
public final class HeartlineInitializer implements ServletContainerInitializer {
  /** The context parameter that says that this is the runnable WAR. */
  public static final String RUNNABLE = "heartline.runnable";

  /** The context attribute that says where the publish key is kept; absent if keys are set. */
  public static final String KEY_FILE = "heartline.key-file";

  /** The beginning of the log line that says why a start failed. */
  public static final String CANNOT_START = "Heartline cannot start: ";

  static final String NEEDS = "it needs Tomcat 10.1 or newer, or WildFly 27 or newer";

  private static final Logger LOG = System.getLogger(HeartlineInitializer.class.getName());

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    checkContainer(context);
    try {
      deploy(context);
    } catch (BadSetting | IOException e) {
      throw cannotStart(context, String.valueOf(e.getMessage()));
    }
  }

  /** Comes before any class of ours that the wrong container could not load. */
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
   * Returns the exception with which the container fails the deployment. The container shows it
   * only among stack traces of its own, so we log a line too. The runnable WAR prints that line
   * itself.
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

  private static void deploy(ServletContext context) throws IOException {
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
      Access access = Access.open(settings, data, context);
      new WebComponents(context, settings, application, access).add();
    } catch (IOException | RuntimeException | Error e) {
      application.stop(); // otherwise the next attempt could not open the store
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

  private static String deployment(ServletContext context) {
    String path =
        context.getContextPath().isEmpty() ? "ROOT" : context.getContextPath().substring(1);
    return (context.getVirtualServerName() + '/' + path.replace('/', '#'))
        .replaceAll("[^A-Za-z0-9_.#/-]", "_");
  }
}
