package io.heartline.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each attack that the chapter names has a test, or a reason why it needs none. */
class ThreatsTest {
  private static final int ATTACKS = 34;

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\|([^|]*)\\|$");

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))`");

  private static List<MatchResult> rows() throws IOException {
    return ROW.matcher(Docs.chapter("threats.md")).results().toList();
  }

  @Test
  void eachAttackIsThereOnce() throws IOException {
    assertThat(rows().stream().map(row -> Integer.valueOf(row.group(1))))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, ATTACKS).boxed().toList());
  }

  @Test
  void eachAttackHasATestOrDoesNotApply() throws IOException {
    for (MatchResult row : rows()) {
      boolean tested = TEST.matcher(row.group(4)).find();
      assertThat(tested || row.group(3).startsWith("Does not apply: "))
          .as("attack %s", row.group(1))
          .isTrue();
    }
  }

  @Test
  void eachTestThatIsNamedExists() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      Set<String> classes = files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
      assertThat(TEST.matcher(Docs.chapter("threats.md")).results().map(found -> found.group(1)))
          .isNotEmpty()
          .isSubsetOf(classes);
    }
  }
}
