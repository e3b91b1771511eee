package io.heartline.bootstrap.launch;

import io.heartline.bootstrap.HeartlineInitializer;
import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.DataPath;
import io.heartline.bootstrap.settings.Reason;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.bootstrap.settings.Table;
import io.heartline.security.NewKey;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The main class of {@code java -jar heartline.war}. Needs only the JDK. It unpacks the WAR and
 * starts the runner in a class loader of its own, with Tomcat. Both are in a folder of the WAR that
 * no container puts on a class path.
 */
public final class Launcher {
  private static final String FOLDER = "WEB-INF/lib-exec";

  /** In the data directory, which may hold folders of others: no other program has such a name. */
  private static final String WORK = "heartline-run";

  /** How long to wait for other starts, each of which makes and deletes some folders. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String LOG_MANAGER = "java.util.logging.manager";

  /** The exit codes of a start that failed, and of one that was not asked for properly. */
  private static final int FAILED = 1;

  private static final int MISUSED = 2;

  private Launcher() {}

  public static void main(String[] args) throws Exception {
    String help = Help.text();
    Arguments arguments;
    try {
      arguments = Arguments.read(List.of(args), Help.properties(help));
    } catch (IllegalArgumentException e) {
      fail(String.valueOf(e.getMessage()), MISUSED);
      return;
    }
    if (arguments.help()) {
      System.out.print(help);
    } else if (arguments.version()) {
      System.out.println("Heartline " + Launcher.class.getPackage().getImplementationVersion());
    } else if (arguments.keyName() != null) {
      makeKey(arguments.keyName(), arguments.keyOptions());
    } else {
      start(arguments.settings());
    }
  }

  /**
   * Prints what the file of keys needs to the standard output, which can be appended to that file,
   * and the key itself to the other one, which cannot slip into it.
   */
  private static void makeKey(String name, Map<String, String> options) {
    NewKey made;
    try {
      made = NewKey.make(name, options.getOrDefault("scopes", "publish"), options.get("expires"));
    } catch (IllegalArgumentException e) {
      System.err.println("Heartline makes no key: " + e.getMessage());
      System.exit(MISUSED);
      return;
    }
    System.err.println("The key, which is shown only now:");
    System.err.println(made.secret());
    System.err.println("The line for the file api.keys in the data directory:");
    System.out.println(made.line());
  }

  private static void start(Map<String, String> arguments) throws Exception {
    logging();
    Sources sources = Sources.ofProcess(Table.commandLine(arguments));
    try {
      Path data = DataPath.set(sources).orElseGet(DataPath::home);
      DataPath.make(data);
      run(arguments, data.resolve(WORK));
    } catch (BadSetting e) {
      fail(sources.explain(e), FAILED);
    } catch (InvalidPathException e) {
      fail("the path of the WAR cannot be used: " + DataPath.unusable(e), FAILED);
    } catch (IOException e) {
      fail("unpacking the WAR into the data directory failed: " + Reason.of(e), FAILED);
    }
  }

  private static void run(Map<String, String> arguments, Path parent)
      throws IOException, URISyntaxException, ReflectiveOperationException {
    WorkFolder work = WorkFolder.make(parent, PATIENCE);
    AtomicReference<@Nullable Runnable> server = new AtomicReference<>();
    Runtime.getRuntime() // one hook for all: several would run side by side
        .addShutdownHook(new Thread(() -> stop(server.get(), work), "heartline-stop"));
    Path war = Path.of(
        Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path application = work.path().resolve("application");
    unpack(war, application);
    URLClassLoader loader = // stays open until the process ends
        new URLClassLoader(classPath(application), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    try {
      loader
          .loadClass("io.heartline.bootstrap.launch.Runner")
          .getMethod("run", Path.class, Path.class, Map.class, AtomicReference.class)
          .invoke(null, application, work.path(), arguments, server);
    } catch (InvocationTargetException e) { // nobody foresaw it
      e.getTargetException().printStackTrace();
      System.exit(FAILED);
    }
  }

  /** The JDK reads the property when its {@code LogManager}, or a subclass of it, is loaded. */
  private static void logging() {
    if (System.getProperty(LOG_MANAGER) == null) {
      System.setProperty(LOG_MANAGER, "io.heartline.bootstrap.launch.Logging");
    }
    Logging.keep();
  }

  private static void unpack(Path war, Path application) throws IOException {
    try (JarFile jar = new JarFile(war.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        Path file = application.resolve(entry.getName()).normalize();
        if (entry.isDirectory() || !file.startsWith(application)) {
          continue;
        }
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, file);
        }
        Files.setLastModifiedTime(file, entry.getLastModifiedTime()); // browsers ask for it
      }
    }
  }

  /** Returns where the runner and Tomcat are. */
  private static URL[] classPath(Path application) throws IOException {
    List<URL> path = new ArrayList<>();
    path.add(application.resolve(FOLDER).resolve("classes").toUri().toURL());
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(application.resolve(FOLDER), "*.jar")) {
      for (Path jar : jars) {
        path.add(jar.toUri().toURL());
      }
    }
    return path.toArray(new URL[0]);
  }

  /** Stops the server first, then deletes its folder, then ends the logging both may need. */
  private static void stop(@Nullable Runnable server, WorkFolder work) {
    try {
      if (server != null) {
        server.run();
      }
    } finally {
      work.delete();
      Logging.end();
    }
  }

  /** Prints one line that says what is wrong, and ends the process. */
  private static void fail(String why, int code) {
    System.err.println(HeartlineInitializer.CANNOT_START + why);
    System.exit(code);
  }
}
