package io.heartline.bootstrap.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The main class of {@code java -jar heartline.war}. Needs only the JDK. It unpacks Tomcat and the
 * runner, which are in a folder that no container puts on a class path, and starts the runner in a
 * class loader of their own.
 */
public final class Launcher {
  private static final String FOLDER = "WEB-INF/lib-exec/";

  private static final String LOG_MANAGER = "java.util.logging.manager";

  private Launcher() {}

  public static void main(String[] args) throws Exception {
    logging();
    Path war = Path.of(
        Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path work = Files.createTempDirectory("heartline-");
    AtomicReference<@Nullable Runnable> server = new AtomicReference<>();
    Runtime.getRuntime() // one hook for all: several would run side by side
        .addShutdownHook(new Thread(() -> stop(server.get(), work), "heartline-stop"));
    List<URL> path = unpack(war, work);
    URLClassLoader loader = // stays open until the process ends
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    loader
        .loadClass("io.heartline.bootstrap.launch.Runner")
        .getMethod("run", Path.class, Path.class, AtomicReference.class)
        .invoke(null, war, work, server);
  }

  /** The JDK reads the property when its {@code LogManager}, or a subclass of it, is loaded. */
  private static void logging() {
    if (System.getProperty(LOG_MANAGER) == null) {
      System.setProperty(LOG_MANAGER, "io.heartline.bootstrap.launch.Logging");
    }
    Logging.keep();
  }

  private static List<URL> unpack(Path war, Path work) throws IOException {
    List<URL> path = new ArrayList<>();
    path.add(work.resolve(FOLDER).resolve("classes").toUri().toURL());
    try (JarFile jar = new JarFile(war.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        Path file = work.resolve(entry.getName()).normalize();
        if (!entry.getName().startsWith(FOLDER) || entry.isDirectory() || !file.startsWith(work)) {
          continue;
        }
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, file);
        }
        if (entry.getName().endsWith(".jar")) {
          path.add(file.toUri().toURL());
        }
      }
    }
    Files.createDirectories(work.resolve(FOLDER)
        .resolve("classes")); // its URL names a folder only if the folder exists
    path.set(0, work.resolve(FOLDER).resolve("classes").toUri().toURL());
    return path;
  }

  /** Stops the server first, then deletes its folder, then ends the logging both may need. */
  private static void stop(@Nullable Runnable server, Path work) {
    try {
      if (server != null) {
        server.run();
      }
    } finally {
      delete(work);
      Logging.end();
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("could not delete " + folder + ": " + e);
    }
  }
}
