package io.heartline.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The libraries that are tested, by name. The build has put each that is not on the tests' class
 * path into a folder of its own below {@code target/clients}.
 */
final class Libraries {
  static final List<String> OK_HTTP = List.of("okhttp-3.14.9", "okhttp-4.12.0", "okhttp-5.5.1");
  static final String JAVA_WEBSOCKET = "java-websocket";
  static final String JDK = "jdk";

  private static final Path FOLDER =
      Path.of(System.getProperty("heartline.clients", "target/clients"));
  private static final String OURS = Libraries.class.getPackageName() + '.';

  private Libraries() {}

  /** Returns all libraries, those of OkHttp first. */
  static Map<String, Library> all() {
    Map<String, Library> libraries = new LinkedHashMap<>();
    for (String version : OK_HTTP) {
      libraries.put(version, load(version, OURS + "okhttp.OkHttpLibrary"));
    }
    libraries.put(JAVA_WEBSOCKET, new JavaWebSocketLibrary());
    libraries.put(JDK, new JdkLibrary());
    return libraries;
  }

  /** Returns the jars in a folder. */
  static List<Path> jars(String folder) {
    try (Stream<Path> jars = Files.list(FOLDER.resolve(folder))) {
      return jars.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("mvn package puts the clients there", e);
    }
  }

  private static Library load(String folder, String name) {
    List<Path> path = new ArrayList<>(jars(folder));
    path.add(Path.of(
        Libraries.class.getProtectionDomain().getCodeSource().getLocation().getPath()));
    return instance(loader(path), name);
  }

  private static Library instance(ClassLoader loader, String name) {
    try {
      return (Library) loader.loadClass(name).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a loader that sees this path, the JDK and the classes of our own package only. */
  static ClassLoader loader(List<Path> path) {
    ClassLoader tests = Libraries.class.getClassLoader();
    return new URLClassLoader(
        path.stream().map(Libraries::url).toArray(URL[]::new),
        ClassLoader.getPlatformClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        boolean shared = name.startsWith(OURS) && name.indexOf('.', OURS.length()) < 0;
        return shared ? tests.loadClass(name) : super.findClass(name);
      }
    };
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
