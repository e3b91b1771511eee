package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.Sources;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The directory where this deployment keeps its files. */
final class DataDirectory {
  static final String PROPERTY = "heartline.data.dir";
  private static final String FILE = "heartline.properties";

  private DataDirectory() {}

  /**
   * Returns the directory; creates it if it is missing.
   *
   * @param runnable whether this is the runnable WAR, whose container's folder is temporary
   * @param deployment host and context path, as folder names
   * @throws BadSetting if it cannot be created or written to
   */
  static Path open(Sources sources, boolean runnable, String deployment) {
    Path directory =
        sources.find(PROPERTY).map(Path::of).orElseGet(() -> home(runnable).resolve(deployment));
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new BadSetting(
          PROPERTY,
          directory.toString(),
          "must be a directory that is there or can be made by the user that runs the server (" + e
              + ")");
    }
    if (!Files.isWritable(directory)) {
      throw new BadSetting(
          PROPERTY, directory.toString(), "must be writable by the user that runs the server");
    }
    return directory;
  }

  private static Path home(boolean runnable) {
    String wildfly = System.getProperty("jboss.server.data.dir");
    String tomcat = System.getProperty("catalina.base");
    if (wildfly != null) {
      return Path.of(wildfly, "heartline");
    }
    return tomcat != null && !runnable
        ? Path.of(tomcat, "data", "heartline")
        : Path.of(System.getProperty("user.home"), ".heartline");
  }

  /**
   * Returns {@code heartline.properties} in the directory as a place for settings; empty if there
   * is none.
   */
  static Sources.Place properties(Path directory) {
    Properties properties = new Properties();
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new BadSetting(
            FILE, file.toString(), "must be readable as a properties file in UTF-8 (" + e + ")");
      }
    }
    return properties::getProperty;
  }
}
