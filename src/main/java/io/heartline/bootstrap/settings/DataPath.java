package io.heartline.bootstrap.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the directory that an operator has set for our files, and makes it. */
public final class DataPath {
  public static final String PROPERTY = "heartline.data.dir";

  private DataPath() {}

  /**
   * Returns the directory that is set, as an absolute path; empty if none is.
   *
   * @throws BadSetting if it is no path
   */
  public static Optional<Path> set(Sources sources) {
    return sources.find(PROPERTY).map(DataPath::parse);
  }

  private static Path parse(String value) {
    check(PROPERTY, value);
    return path(value);
  }

  /** @throws BadSetting if the value of a property is no path */
  static void check(String property, String value) {
    if (value.startsWith("~") || value.contains("$")) {
      throw new BadSetting(
          property, value, "must be a whole path: ~ and $ mean something to shells only");
    }
    path(property, value, new String[0]);
  }

  /** @throws BadSetting if it is no path, which can be due to the locale */
  public static Path path(String value, String... more) {
    return path(PROPERTY, value, more).toAbsolutePath().normalize();
  }

  private static Path path(String property, String value, String[] more) {
    try {
      return Path.of(value, more);
    } catch (InvalidPathException e) {
      throw new BadSetting(
          property, value, "must be a path that Java can use (" + unusable(e) + ")");
    }
  }

  /** Returns why a path cannot be used, and what to do. */
  public static String unusable(InvalidPathException e) {
    return e.getReason() + "; if it has letters beyond ASCII, start Java with LC_ALL=C.UTF-8";
  }

  /** Returns {@code .heartline} in the home directory of the user that runs the server. */
  public static Path home() {
    String home = System.getProperty("user.home", "");
    if (home.isBlank() || home.equals("?")) { // so Java says that it knows none
      throw new BadSetting(
          PROPERTY, "", "must be set: the user that runs the server has no home directory");
    }
    return path(home, ".heartline");
  }

  /**
   * Creates the directory if it is missing.
   *
   * @throws BadSetting if it cannot be created or written to
   */
  public static void make(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new BadSetting(
          PROPERTY,
          directory.toString(),
          "must be a directory that is there or can be made by the user that runs the server ("
              + Reason.of(e) + ")");
    }
    if (!Files.isWritable(directory)) {
      throw new BadSetting(
          PROPERTY, directory.toString(), "must be writable by the user that runs the server");
    }
  }
}
