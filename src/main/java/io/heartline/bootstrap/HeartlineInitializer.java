package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.DataPath;
import io.heartline.bootstrap.settings.Reason;
import io.heartline.bootstrap.settings.ServerSettings;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.bootstrap.settings.Table;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
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
  /**
   * The context attribute that says that this is the runnable WAR. It holds what is set on the
   * command line: a map from properties to values.
   */
  public static final String ARGUMENTS = "heartline.arguments";

  /**
   * The context attribute that says where the key that was made is kept; absent if there are
   * others.
   */
  public static final String KEY_FILE = "heartline.key-file";

  /** The beginning of the log line that says why a start failed. */
  public static final String CANNOT_START = "Heartline cannot start: ";

  static final String NEEDS = "it needs Tomcat 10.1 or newer, or WildFly 27 or newer";

  private static final Logger LOG = System.getLogger(HeartlineInitializer.class.getName());

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    checkContainer(context);
    Sources first = firstPlaces(context);
    try {
      deploy(context, first);
    } catch (BadSetting e) {
      throw cannotStart(context, first.explain(e));
    } catch (IOException e) {
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
    return context.getAttribute(ARGUMENTS) != null;
  }

  /** Returns the places that do not depend on the deployment. */
  private static Sources firstPlaces(ServletContext context) {
    if (context.getAttribute(ARGUMENTS) instanceof Map<?, ?> arguments) {
      Map<String, String> texts = new HashMap<>();
      arguments.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
      return Sources.ofProcess(Table.commandLine(texts));
    }
    return Sources.ofProcess();
  }

  private static void deploy(ServletContext context, Sources first) throws IOException {
    boolean runnable = runnable(context);
    ServerSettings.read(runnable ? first : first.nowhere()); // the server itself has used them
    Sources places = first.and(new JndiPlace()).and(parameters(context));
    Path data = DataDirectory.open(places, runnable, deployment(context));
    Sources all = places.and(DataDirectory.properties(data));
    Settings settings = Settings.read(all, runnable, Runtime.getRuntime().maxMemory());
    Overview.log(context, data, settings, all);
    Outside outside = new Outside();
    boolean deployed = false;
    try {
      deploy(context, settings, data, outside);
      deployed = true;
    } finally {
      if (!deployed) {
        outside.stop();
      }
    }
  }

  private static void deploy(ServletContext context, Settings settings, Path data, Outside outside)
      throws IOException {
    Access access = Access.open(
        settings, data, outside, file -> context.setAttribute(KEY_FILE, file.toString()));
    Application application = open(settings, data, access, outside);
    try {
      new WebComponents(context, settings, application, access).add();
    } catch (RuntimeException | Error e) {
      application.stop(); // otherwise the next attempt could not open the store
      throw e;
    }
  }

  private static Table parameters(ServletContext context) {
    return new Table(
        "context parameter",
        context::getInitParameter,
        () -> Table.ours(Set.copyOf(Collections.list(context.getInitParameterNames()))));
  }

  private static Application open(Settings settings, Path data, Access access, Outside outside)
      throws IOException {
    try {
      return new Application(settings, data, access, outside);
    } catch (FileSystemException e) {
      throw unusable(data, Reason.of(e));
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains(data.toString())) {
        throw e; // says by itself what is wrong and what to do
      }
      throw unusable(data, why); // such as a full disk, of which the system names no file
    }
  }

  private static BadSetting unusable(Path data, String why) {
    return new BadSetting(
        DataPath.PROPERTY,
        data.toString(),
        "must be a directory where files can be made and written by the user that runs the server"
            + " (" + why + ")");
  }

  private static String deployment(ServletContext context) {
    String path =
        context.getContextPath().isEmpty() ? "ROOT" : context.getContextPath().substring(1);
    return (context.getVirtualServerName() + '/' + path.replace('/', '#'))
        .replaceAll("[^A-Za-z0-9_.#/-]", "_");
  }
}
