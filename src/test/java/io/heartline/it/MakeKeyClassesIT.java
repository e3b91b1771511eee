package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code java -jar heartline.war --make-key} runs with classes at the root of the WAR, which the
 * pom names one by one. One that is forgotten is missed only on the way that needs it.
 */
class MakeKeyClassesIT {
  @Test
  void theRootOfTheWarHasAllThatMakesAKey(@TempDir Path folder) throws IOException {
    try (ZipFile war = new ZipFile(
        Path.of(System.getProperty("heartline.war", "target/heartline.war")).toFile())) {
      for (ZipEntry entry :
          war.stream().filter(e -> e.getName().matches("io/.*\\.class")).toList()) {
        Path to = folder.resolve(entry.getName());
        Files.createDirectories(to.getParent());
        try (InputStream in = war.getInputStream(entry)) {
          Files.copy(in, to);
        }
      }
    }
    JavaClasses there = new ClassFileImporter().importPath(folder);
    Set<String> missing = new TreeSet<>();
    Set<String> seen = new HashSet<>(Set.of("io.heartline.security.NewKey"));
    Deque<String> left = new ArrayDeque<>(seen);
    while (!left.isEmpty()) {
      JavaClass one = there.get(left.remove());
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        String needed = dependency.getTargetClass().getBaseComponentType().getName();
        if (!needed.startsWith("io.heartline.") || !seen.add(needed)) {
          continue;
        }
        if (there.contain(needed)) {
          left.add(needed);
        } else {
          missing.add(one.getName() + " needs " + needed);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(seen).contains("io.heartline.model.RandomSecret");
  }
}
