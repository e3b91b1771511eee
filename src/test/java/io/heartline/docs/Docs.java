package io.heartline.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The documents that users read. Tests run in the project's folder, so their paths are relative.
 */
final class Docs {
  private static final Path CHAPTERS = Path.of("src/site/markdown");

  private Docs() {}

  /** Returns the README in each language and all chapters. */
  static List<Path> all() throws IOException {
    try (Stream<Path> chapters = Files.list(CHAPTERS)) {
      return Stream.concat(
              Stream.of(
                  Path.of("README.md"), Path.of("README.zh-CN.md"), Path.of("deploy/README.md")),
              chapters.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  static String chapter(String name) throws IOException {
    return Files.readString(CHAPTERS.resolve(name));
  }
}
