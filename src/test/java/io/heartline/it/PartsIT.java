package io.heartline.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The WAR says which parts it is made of, and none of them is known to be unsafe. */
class PartsIT {
  private static final String LIST = "META-INF/sbom/heartline.cdx.json";

  /** The only part that is no jar in the WAR, but a script. */
  private static final String SCRIPT = "org.webjars.npm:sockjs-client";

  private static final Pattern PART = Pattern.compile(
      "\"group\" : \"([^\"]+)\",\\s*\"name\" : \"([^\"]+)\",\\s*"
          + "\"version\" : \"([^\"]+)\".*?\"SHA-256\",\\s*\"content\" : \"([0-9a-f]{64})\"",
      Pattern.DOTALL);

  /** A part as the list has it. */
  private record Part(String name, String version, String sha256) {
    String jar() {
      return name.substring(name.indexOf(':') + 1) + '-' + version + ".jar";
    }
  }

  /** What must be at least. */
  private record Least(String version, String cve) {}

  private static ZipFile war;
  private static String list;
  private static Map<String, Part> parts;

  @BeforeAll
  static void read() throws IOException {
    war = new ZipFile(
        Path.of(System.getProperty("heartline.war", "target/heartline.war")).toFile());
    assertThat(war.getEntry(LIST))
        .as("%s in the WAR; a build with -o cannot make it", LIST)
        .isNotNull();
    list = new String(bytes(war.getEntry(LIST)), UTF_8);
    int begin = list.indexOf("\n  \"components\" : [");
    int end = list.indexOf("\n  \"dependencies\" : [");
    assertThat(begin).as("where the parts begin in %s", list).isPositive().isLessThan(end);
    parts = PART.matcher(list.substring(begin, end))
        .results()
        .map(found ->
            new Part(found.group(1) + ':' + found.group(2), found.group(3), found.group(4)))
        .collect(Collectors.toMap(Part::name, Function.identity()));
  }

  @AfterAll
  static void close() throws IOException {
    war.close();
  }

  private static byte[] bytes(ZipEntry entry) throws IOException {
    try (InputStream in = war.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theListOfPartsIsExactlyTheJarsInTheWar() throws IOException {
    Map<String, String> packed = new TreeMap<>();
    for (ZipEntry entry : war.stream().filter(e -> e.getName().endsWith(".jar")).toList()) {
      packed.put(
          entry.getName().substring(entry.getName().lastIndexOf('/') + 1), sha256(bytes(entry)));
    }
    Map<String, String> listed = parts.values().stream()
        .filter(part -> !part.name().equals(SCRIPT))
        .collect(Collectors.toMap(Part::jar, Part::sha256));
    assertThat(listed).isNotEmpty().containsExactlyInAnyOrderEntriesOf(packed);
  }

  @Test
  void theScriptThatOthersHaveWrittenIsListedInItsVersion() throws IOException {
    assertThat(parts).containsKey(SCRIPT);
    String script = new String(bytes(war.getEntry("sockjs.min.js")), UTF_8);
    assertThat(script).startsWith("/* sockjs-client v" + parts.get(SCRIPT).version() + " ");
  }

  /** Else two builds of the same sources would differ. */
  @Test
  void theListSaysNothingOfWhenAndWhereItWasMade() {
    assertThat(list).doesNotContain("timestamp", "serialNumber", System.getProperty("user.home"));
    assertThat(list).doesNotContain(Path.of("").toAbsolutePath().toString());
  }

  @Test
  void noPartIsOlderThanItsLeastSafeVersion() throws IOException {
    Map<String, Least> least = leastSafeVersions();
    for (Part part : parts.values()) {
      assertThat(least)
          .as(
              "least-safe-versions.csv: look whether %s has known vulnerabilities, and add it",
              part)
          .containsKey(part.name());
      Least needed = least.get(part.name());
      assertThat(Arrays.compare(numbers(part.version()), numbers(needed.version())))
          .as("%s must be %s or newer because of %s", part, needed.version(), needed.cve())
          .isNotNegative();
    }
  }

  private static Map<String, Least> leastSafeVersions() throws IOException {
    try (InputStream in = PartsIT.class.getResourceAsStream("/least-safe-versions.csv")) {
      assertThat(in).isNotNull();
      List<String[]> rows = new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> line.split(",\\s*", 4))
          .toList();
      assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(4).doesNotContain(""));
      return rows.stream()
          .collect(Collectors.toMap(row -> row[0], row -> new Least(row[1], row[2])));
    }
  }

  private static int[] numbers(String version) {
    assertThat(version).as("a version of numbers").matches("\\d+(\\.\\d+)*");
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
