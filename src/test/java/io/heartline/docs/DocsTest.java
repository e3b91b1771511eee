package io.heartline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.bootstrap.settings.ServerSettings;
import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.management.HeartlineMXBean;
import io.heartline.model.CloseCause;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents hang together, and their lists have what the code has. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  /** The first cell of a row of a table. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`heartline\\.[^|]*) \\|");

  private static final Pattern PROPERTY = Pattern.compile("`(heartline\\.[a-z.-]+[a-z])`");

  static List<Path> documents() throws IOException {
    return Docs.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadToAFileAndAHeadingThatAreThere(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    for (String link : found(LINK, withoutCode(Files.readString(document)))) {
      if (link.matches("(https?|mailto):.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path folder = Path.of("").toAbsolutePath().resolve(document).getParent();
      Path target = parts[0].isEmpty()
          ? Path.of("").toAbsolutePath().resolve(document)
          : folder.resolve(parts[0]).normalize();
      if (!Files.exists(target)
          || (parts.length == 2 && !anchors(Files.readString(target)).contains(parts[1]))) {
        broken.add(link);
      }
    }
    assertThat(broken).as("broken links in %s", document).isEmpty();
  }

  @Test
  void theReadmeLeadsToEachChapter() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String index = Docs.chapter("index.md");
    for (Path document : Docs.all()) {
      if (document.startsWith("src/site") && !document.endsWith("index.md")) {
        assertThat(index).contains("(" + document.getFileName() + ")");
        assertThat(readme).contains("(" + document + ")");
      }
    }
  }

  @Test
  void eachFigureOfTheMxBeanIsExplained() throws IOException {
    String operations = Docs.chapter("operations.md");
    Set<String> attributes = new TreeSet<>();
    for (Method method : HeartlineMXBean.class.getMethods()) {
      String name = method.getName();
      if (name.matches("(get|is)[A-Z].*")) {
        attributes.add(name.replaceFirst("get|is", ""));
      }
    }
    assertThat(attributes.stream().filter(name -> !operations.contains("`" + name + "`")))
        .as("attributes missing in operations.md")
        .isEmpty();
  }

  @Test
  void eachCauseOfACloseIsExplained() throws IOException {
    String closes = Docs.chapter("close-codes.md");
    assertThat(Set.of(CloseCause.values()).stream()
            .map(CloseCause::word)
            .filter(word -> !closes.contains("`" + word + "`")))
        .as("causes missing in close-codes.md")
        .isEmpty();
  }

  /** All that the code asks for, and nothing else. */
  @Test
  void eachSettingIsExplained() throws IOException {
    Sources sources = new Sources();
    Settings.read(sources, true, 1L << 30);
    ServerSettings.read(sources);
    Set<String> known = new TreeSet<>(sources.asked());
    known.add("heartline.data.dir"); // read before all others, to find the last place of them
    Set<String> explained = new TreeSet<>();
    for (String row : found(ROW, Docs.chapter("settings.md"))) {
      explained.addAll(found(PROPERTY, row));
    }
    explained.remove("heartline.properties"); // a file, where settings may stand
    assertThat(explained).isEqualTo(known);
  }

  private static String withoutCode(String text) {
    return text.replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
  }

  /** Headings as anchors, in the way of the sites that show them. */
  private static Set<String> anchors(String text) {
    return found(HEADING, text.replaceAll("(?s)```.*?```", "")).stream()
        .map(heading -> heading
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N} _-]", "")
            .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
