package io.heartline.bootstrap;

import io.heartline.bootstrap.settings.BadSetting;
import io.heartline.bootstrap.settings.DataPath;
import io.heartline.bootstrap.settings.Place;
import io.heartline.bootstrap.settings.Reason;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.bootstrap.settings.Table;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The directory where this deployment keeps its files. */
final class DataDirectory {
  private static final String FILE = "heartline.properties";

  /** What some editors write at the beginning of a file. It would become part of the first name. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private DataDirectory() {}

  /**
   * Returns the directory; creates it if it is missing.
   *
   * @param runnable whether this is the runnable WAR, whose container's folder is temporary
   * @param deployment host and context path, as folder names
   * @throws BadSetting if it cannot be created or written to
   */
  static Path open(Sources sources, boolean runnable, String deployment) {
    Path directory = DataPath.set(sources).orElseGet(() -> home(runnable).resolve(deployment));
    DataPath.make(directory);
    return directory;
  }

  private static Path home(boolean runnable) {
    String wildfly = System.getProperty("jboss.server.data.dir");
    String tomcat = System.getProperty("catalina.base");
    if (wildfly != null) {
      return DataPath.path(wildfly, "heartline");
    }
    return tomcat != null && !runnable
        ? DataPath.path(tomcat, "data", "heartline")
        : DataPath.home();
  }

  /**
   * Returns {@code heartline.properties} in the directory as a place for settings; empty if there
   * is none.
   */
  static Place properties(Path directory) {
    Properties properties = new Properties();
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try {
        String text = Files.readString(file);
        properties.load(new StringReader(
            text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text));
      } catch (IOException e) {
        throw unreadable(file, Reason.of(e));
      } catch (IllegalArgumentException e) { // a broken \\u escape
        throw unreadable(file, String.valueOf(e.getMessage()));
      }
    }
    // Whatever its name: everything in this file is meant for us.
    return new Table(file.toString(), properties::getProperty, properties::stringPropertyNames);
  }

  private static BadSetting unreadable(Path file, String why) {
    return new BadSetting(
        FILE, file.toString(), "must be readable as a properties file in UTF-8 (" + why + ")");
  }
}
