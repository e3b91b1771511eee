package io.heartline.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  Path data;

  private Path parent;

  @BeforeEach
  void name() {
    parent = data.resolve("heartline-run");
  }

  private WorkFolder make() throws IOException {
    return WorkFolder.make(parent, PATIENCE);
  }

  private static Path mark(WorkFolder work) {
    return work.path().resolveSibling(work.path().getFileName() + ".lock");
  }

  @Test
  void itIsDeletedButForItsMarkWhichTheNextStartDeletes() throws IOException {
    WorkFolder work = make();
    Files.writeString(Files.createDirectories(work.path().resolve("a/b")).resolve("c"), "");
    work.delete();
    assertThat(list()).containsExactlyInAnyOrder(parent.resolve("lock"), mark(work));
    WorkFolder next = make();
    assertThat(list()).containsExactlyInAnyOrder(parent.resolve("lock"), mark(next), next.path());
    next.delete();
  }

  @Test
  void whatAStoppedStartHasGoneOnUnpackingIsDeletedByTheNextStart() throws IOException {
    WorkFolder stopped = make();
    stopped.delete();
    Files.createDirectories(stopped.path().resolve("application/a"));
    WorkFolder next = make();
    assertThat(stopped.path()).doesNotExist();
    assertThat(next.path()).isEmptyDirectory();
    next.delete();
  }

  @Test
  void whatAKilledProcessHasLeftIsDeleted() throws IOException {
    Files.createDirectories(parent.resolve("heartline-1/a"));
    Files.createFile(parent.resolve("heartline-1.lock"));
    WorkFolder work = make();
    assertThat(parent.resolve("heartline-1")).doesNotExist();
    assertThat(parent.resolve("heartline-1.lock")).doesNotExist();
    assertThat(work.path()).isEmptyDirectory();
    work.delete();
  }

  @Test
  void aFolderInUseIsLeftAlone() throws IOException {
    WorkFolder used = make();
    WorkFolder work = make();
    assertThat(used.path()).isDirectory();
    assertThat(mark(used)).isRegularFile();
    work.delete();
    used.delete();
  }

  @Test
  void whatHasNoMarkOfOursIsNeverTouched() throws IOException {
    Path folder = Files.createDirectories(parent.resolve("heartline-2/a"));
    Path foreign = Files.createDirectories(parent.resolve("systemd/a"));
    Path foreignLock = Files.createFile(parent.resolve("systemd.lock"));
    Path file = Files.createFile(parent.resolve("docker.pid"));
    make().delete();
    assertThat(folder).isDirectory();
    assertThat(foreign).isDirectory();
    assertThat(foreignLock).isRegularFile();
    assertThat(file).isRegularFile();
    assertThat(parent.resolve("heartline-2.lock")).doesNotExist();
  }

  @Test
  void whatASymbolicLinkLeadsToIsNeverTouched() throws IOException {
    Path elsewhere = Files.createDirectories(data.resolve("elsewhere/a"));
    Files.createDirectories(parent);
    Files.createSymbolicLink(parent.resolve("heartline-3"), elsewhere.getParent());
    Files.createFile(parent.resolve("heartline-3.lock"));
    make().delete();
    assertThat(elsewhere).isDirectory();
  }

  @Test
  void aSymbolicLinkInItsPlaceIsRefused() throws IOException {
    Path run = Files.createDirectories(data.resolve("run"));
    Files.createSymbolicLink(parent, run);
    assertThatThrownBy(this::make)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(parent + ": ")
        .hasMessageContaining("is a symbolic link");
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void itIsForItsUserOnly() throws IOException {
    assumeThat(data.getFileSystem().supportedFileAttributeViews()).contains("posix");
    make().delete();
    assertThat(Files.getPosixFilePermissions(parent))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void whoeverHoldsTheLockForTooLongEndsTheStartWithALineThatNamesTheFile() throws IOException {
    Path lock = Files.createDirectories(parent).resolve("lock");
    try (FileChannel other =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(other.lock().isValid()).isTrue();
      assertThatThrownBy(() -> WorkFolder.make(parent, Duration.ofMillis(300)))
          .isInstanceOf(IOException.class)
          .hasMessage(lock + ": another process holds this lock; end that process, or set another"
              + " heartline.data.dir");
    }
    make().delete();
  }

  @Test
  void aFolderThatVanishedIsNoTrouble() throws IOException {
    WorkFolder work = make();
    Files.delete(work.path());
    work.delete();
    assertThat(work.path()).doesNotExist();
  }

  private Stream<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.toList().stream();
    }
  }
}
