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
 * The main class of {@code java -jar heartline.war}. Needs the JDK only: unpacks Tomcat and the
 * runner, which stand where no container puts them on a class path, and hands over to the runner in
 * a class loader of their own.
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
    Runtime.getRuntime() // one hook: hooks of their own would run side by side
        .addShutdownHook(new Thread(() -> stop(server.get(), work), "heartline-stop"));
    List<URL> path = unpack(war, work);
    URLClassLoader loader = // open as long as the process lives
        new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    loader
        .loadClass("io.heartline.bootstrap.launch.Runner")
        .getMethod("run", Path.class, Path.class, AtomicReference.class)
        .invoke(null, war, work, server);
  }

  /** The property is read when the class of the JDK's logging, or one made from it, is loaded. */
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
        .resolve("classes")); // a loader takes a folder for one only if it is there
    path.set(0, work.resolve(FOLDER).resolve("classes").toUri().toURL());
    return path;
  }

  /** The server first, then the folder that it runs from and the logging that both may need. */
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
