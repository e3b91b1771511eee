package io.heartline.bootstrap.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;

/**
 * Loads our classes at the end of the start. The stop needs some that nothing has used before, and
 * must be clean even if somebody has deleted the folder they are in.
 */
final class Preloading implements LifecycleListener {
  private static final String SUFFIX = ".class";

  private final Path application;

  /** @param application the folder of the unpacked WAR */
  Preloading(Path application) {
    this.application = application;
  }

  /** Is called within the start, so a stop waits for it. */
  @Override
  public void lifecycleEvent(LifecycleEvent event) {
    if (event.getType().equals(Lifecycle.AFTER_START_EVENT)
        && event.getSource() instanceof Context context) {
      load(application.resolve("WEB-INF/lib-exec/classes"), Preloading.class.getClassLoader());
      load(application.resolve("WEB-INF/classes"), context.getLoader().getClassLoader());
    }
  }

  private static void load(Path folder, ClassLoader loader) {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .map(file -> folder.relativize(file).toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .forEach(name -> load(name.replace('/', '.').replace('\\', '.'), loader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void load(String name, ClassLoader loader) {
    try {
      Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // For another container, such as WildFly: what it is made of is not here.
    }
  }
}
