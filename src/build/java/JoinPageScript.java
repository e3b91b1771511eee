import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Joins the modules of the page script into one file. The Maven build runs it; by hand it is
 *
 * <pre>java src/build/java/JoinPageScript.java webapp target/page-script 1.2.3</pre>
 *
 * <p>The result is a folder that can be served as it is, and that is an npm package:
 *
 * <ul>
 *   <li>{@code heartline.js}, the classic script: it defines {@code Heartline}, or {@code module.exports};
 *   <li>{@code heartline.mjs}, a module that touches no globals;
 *   <li>{@code script/}, the modules themselves;
 *   <li>the files beside them that name no version of their own, with the version put in.
 * </ul>
 *
 * <p>It is no bundler: it understands the few forms of import and export that our modules use, and refuses all
 * others. Two modules must not use the same name at their top level, because in the joined file they share it.
 */
public final class JoinPageScript {
  private static final String UNKNOWN_VERSION = "0.0.0";
  private static final Pattern IMPORT =
      Pattern.compile("^import \\{([^}]*)} from '\\./([\\w-]+\\.js)';\\R", Pattern.MULTILINE);
  private static final Pattern DECLARATION = Pattern.compile(
      "^(export )?(?:async )?(?:const|let|class|function\\*?) ([\\w$]+)", Pattern.MULTILINE);
  private static final Pattern LIST = Pattern.compile("^export \\{([^}]*)};\\R", Pattern.MULTILINE);
  private static final Pattern LEFT_OVER =
      Pattern.compile("^(?:import\\b|export (?!(?:async )?(?:const|let|class|function)\\b)).*", Pattern.MULTILINE);

  /** A module: its text without imports, and what it declares. */
  private record Module(String name, String text, Map<String, List<String>> imports, Set<String> exported) {}

  private final Path folder;
  private final String version;
  private final Map<String, Module> joined = new LinkedHashMap<>();
  private final List<String> reading = new ArrayList<>();
  private final Map<String, String> declaredIn = new HashMap<>();
  private String exports = "";
  private String guide = "";

  private JoinPageScript(Path folder, String version) {
    this.folder = folder;
    this.version = version;
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("needs a folder to read, one to write, and a version");
      System.exit(2);
    }
    try {
      new JoinPageScript(Path.of(args[0]), args[2]).writeTo(Path.of(args[1]));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private void writeTo(Path target) throws IOException {
    if (!version.matches("\\d+\\.\\d+\\.\\d+[\\w.+-]*")) {
      throw new IllegalArgumentException("the version must be like 1.2.3 or 1.2.3-SNAPSHOT: " + version);
    }
    read("index.js");
    String body = joined.values().stream().map(Module::text).collect(Collectors.joining("\n"));
    empty(target);
    empty(target.resolve("script"));
    Files.writeString(target.resolve("heartline.mjs"), head() + body + "\nexport {" + exports + "};\n");
    Files.writeString(target.resolve("heartline.js"), head() + classic(body));
    for (Path file : files(folder.resolve("script"))) copy(file, target.resolve("script"));
    for (Path file : files(folder)) {
      if (file.toString().matches(".*\\.(js|d\\.ts|json|md)")) copy(file, target);
    }
    // TypeScript wants types of their own for the module and for the classic script.
    Path types = target.resolve("heartline.d.ts");
    if (Files.exists(types)) Files.copy(types, target.resolve("heartline.d.mts"));
    Path license = Path.of("LICENSE");
    if (Files.exists(license)) Files.copy(license, target.resolve("LICENSE"));
  }

  private String head() {
    return "/*! Heartline " + version + ", Apache-2.0 */\n" + guide;
  }

  private String classic(String body) {
    return "(() => {\n'use strict';\n\n" + body + "\n"
        + "if (typeof module === 'object' && module.exports) module.exports = {" + exports + "};\n"
        + "else browser.Heartline = Heartline;\n})();\n";
  }

  /** Puts a module behind all that it imports. */
  private void read(String name) throws IOException {
    if (joined.containsKey(name)) return;
    if (reading.contains(name)) {
      throw new IllegalArgumentException("modules import each other: " + String.join(" > ", reading) + " > " + name);
    }
    reading.add(name);
    Module module = parse(name, versioned(Files.readString(folder.resolve("script").resolve(name))));
    for (Map.Entry<String, List<String>> wanted : module.imports().entrySet()) {
      read(wanted.getKey());
      for (String one : wanted.getValue()) {
        if (!joined.get(wanted.getKey()).exported().contains(one)) {
          throw new IllegalArgumentException(name + " imports what " + wanted.getKey() + " does not export: " + one);
        }
      }
    }
    reading.remove(name);
    joined.put(name, module);
  }

  private Module parse(String name, String source) {
    Map<String, List<String>> imports = new LinkedHashMap<>();
    String text = IMPORT.matcher(source).replaceAll(found -> {
      imports.put(found.group(2), names(name, found.group(1)));
      return "";
    });
    text = LIST.matcher(text).replaceAll(found -> {
      if (!name.equals("index.js")) throw new IllegalArgumentException("only index.js exports by a list: " + name);
      names(name, found.group(1)).forEach(one -> exports += exports.isEmpty() ? " " + one : ", " + one);
      exports += " ";
      return "";
    });
    Matcher leftOver = LEFT_OVER.matcher(text);
    if (leftOver.find()) throw new IllegalArgumentException(name + " has a form that is not joined: " + leftOver.group());
    Set<String> exported = new TreeSet<>();
    for (Matcher found = DECLARATION.matcher(text); found.find(); ) {
      if (found.group(1) != null) exported.add(found.group(2));
      String other = declaredIn.putIfAbsent(found.group(2), name);
      if (other != null) {
        throw new IllegalArgumentException("two modules declare " + found.group(2) + ": " + other + " and " + name);
      }
    }
    if (name.equals("index.js") && text.startsWith("/*")) {
      int end = text.indexOf("*/") + 3;
      guide = text.substring(0, end) + "\n";
      text = text.substring(end);
    }
    String inside = text.replaceAll("(?m)^export ", "").strip();
    return new Module(name, "// ---- " + name + "\n\n" + inside + "\n", imports, exported);
  }

  private static List<String> names(String module, String list) {
    List<String> names = Stream.of(list.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
    for (String name : names) {
      if (!name.matches("[\\w$]+")) throw new IllegalArgumentException(module + " renames what it imports: " + name);
    }
    return names;
  }

  private String versioned(String text) {
    return text.replace(UNKNOWN_VERSION, version);
  }

  private void copy(Path file, Path target) throws IOException {
    Files.writeString(target.resolve(file.getFileName()), versioned(Files.readString(file)));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** A file that is gone from the sources must not be served on. */
  private static void empty(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path file : files(folder)) Files.delete(file);
  }
}
