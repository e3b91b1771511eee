package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir
  Path parent;

  @Test
  void itIsDeletedWithItsLock() throws IOException {
    Path run = parent.resolve("run");
    WorkFolder work = WorkFolder.make(run);
    Files.writeString(Files.createDirectories(work.path().resolve("a/b")).resolve("c"), "");
    work.delete();
    try (Stream<Path> left = Files.list(run)) {
      assertThat(left).containsExactly(run.resolve("lock"));
    }
  }

  @Test
  void whatAKilledProcessHasLeftIsDeletedWithOrWithoutItsLockFile() throws IOException {
    Files.createDirectories(parent.resolve("dead/a"));
    Files.createFile(parent.resolve("dead.lock"));
    Files.createDirectories(parent.resolve("older/a"));
    WorkFolder work = WorkFolder.make(parent);
    assertThat(parent.resolve("dead")).doesNotExist();
    assertThat(parent.resolve("dead.lock")).doesNotExist();
    assertThat(parent.resolve("older")).doesNotExist();
    assertThat(work.path()).isEmptyDirectory();
    work.delete();
  }

  @Test
  void aFolderThatVanishedIsNoTrouble() throws IOException {
    WorkFolder work = WorkFolder.make(parent);
    Files.delete(work.path());
    work.delete();
    assertThat(parent).isDirectoryNotContaining("glob:**.lock");
  }
}
