package io.heartline.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The program of the chapter on Java clients, as it stands there, and its user. */
final class Recipe {
  private static final Path CHAPTER = Path.of("src/site/markdown/clients-java.md");
  private static final Pattern FILE =
      Pattern.compile("<!-- (\\w+\\.java) -->\n```java\n(.*?)```", Pattern.DOTALL);

  /** What the chapter says in its last sentence, with a header, and a channel that is closed. */
  private static final String USER = """
      public class User {
        public static void main(String[] arguments) throws java.io.IOException {
          ChannelReader reader = arguments.length < 3 ? new Orders() : new ChannelReader("secret") {
            protected void live() {}
            protected void published(com.google.gson.JsonElement data) {}
            protected void missed() {}
            protected void ended(int code, String reason) {
              System.out.println("ended with " + code + ": " + reason);
            }
          };
          %s
          while (System.in.read() >= 0) {}
          line.leave();
        }
      }
      """;

  private static final String OK_HTTP = "OkHttpLine line = new OkHttpLine(new okhttp3.Request"
      + ".Builder().url(arguments[0]).header(\"Cookie\", arguments[1]).build(), reader);";
  private static final String JDK = "JdkLine line = new JdkLine(java.net.URI.create(arguments[0]),"
      + " reader, \"Cookie\", arguments[1]);";

  private final List<Path> path;

  private Recipe(List<Path> path) {
    this.path = path;
  }

  /**
   * Compiles it.
   *
   * @param library as in {@link Libraries}: the JDK's, or a version of OkHttp
   */
  static Recipe compiled(String library, Path folder) throws IOException {
    boolean jdk = library.equals(Libraries.JDK);
    List<Path> path = new ArrayList<>(Libraries.jars("gson"));
    path.addAll(jdk ? List.of() : Libraries.jars(library));
    Path sources = Files.createDirectories(folder.resolve("sources"));
    List<String> files = new ArrayList<>();
    String unused = jdk ? "OkHttpLine.java" : "JdkLine.java";
    for (MatchResult file : FILE.matcher(Files.readString(CHAPTER)).results().toList()) {
      if (!file.group(1).equals(unused)) {
        files.add(
            Files.writeString(sources.resolve(file.group(1)), file.group(2)).toString());
      }
    }
    assertThat(files).as("the files of the chapter").hasSize(3);
    String user = String.format(USER, jdk ? JDK : OK_HTTP);
    files.add(Files.writeString(sources.resolve("User.java"), user).toString());
    // Java 8 is what old Android projects are written in.
    compile(files, path, folder.resolve("classes"), jdk ? "17" : "8");
    path.add(folder.resolve("classes"));
    return new Recipe(path);
  }

  private static void compile(List<String> files, List<Path> path, Path classes, String release) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of(
        "-proc:none",
        "-Xlint:-options", // the release is old
        "-Werror",
        "--release",
        release,
        "-cp",
        joined(path),
        "-d",
        classes.toString());
    StringWriter said = new StringWriter();
    boolean compiles = compiler
        .getTask(
            said,
            null,
            null,
            options,
            null,
            compiler.getStandardFileManager(null, null, null).getJavaFileObjectsFromStrings(files))
        .call();
    assertThat(compiles).as(said.toString()).isTrue();
  }

  private static String joined(List<Path> path) {
    return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Starts it as a process. Each line that it prints is told as a text. */
  Run run(Diary diary, String... arguments) throws IOException {
    List<String> command = Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                joined(path),
                "User"),
            Stream.of(arguments))
        .toList();
    return new Run(new ProcessBuilder(command).redirectErrorStream(true).start(), diary);
  }

  /** One run of it. */
  static final class Run implements AutoCloseable {
    private final Process process;

    private Run(Process process, Diary diary) {
      this.process = process;
      Thread thread = new Thread(() -> read(diary), "recipe " + process.pid());
      thread.setDaemon(true);
      thread.start();
    }

    private void read(Diary diary) {
      try (BufferedReader lines = process.inputReader()) {
        lines.lines().forEach(line -> diary.add(new Diary.Text(line)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Tells it to leave. It ends some time later: OkHttp keeps threads for a minute. */
    void leave() throws IOException {
      process.outputWriter().close();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
