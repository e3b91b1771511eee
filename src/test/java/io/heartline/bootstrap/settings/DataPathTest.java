package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataPathTest {
  @TempDir
  Path folder;

  private static Path set(String value) {
    return DataPath.set(new Sources(Map.of("heartline.data.dir", value)::get)).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"~/heartline", "~", "~ann/x", "$HOME/x", "/var/${NAME}"})
  void whatOnlyAShellUnderstandsEndsTheStart(String value) {
    assertThatThrownBy(() -> set(value))
        .isInstanceOf(BadSetting.class)
        .hasMessage(
            "heartline.data.dir must be a whole path: ~ and $ mean something to shells only: "
                + value);
  }

  @Test
  void aPathThatJavaCannotNameEndsTheStartAndSaysWhatToDo() {
    assertThatThrownBy(() -> set("/x\0y"))
        .isInstanceOf(BadSetting.class)
        .hasMessageStartingWith("heartline.data.dir must be a path that Java can use (")
        .hasMessageContaining("LC_ALL=C.UTF-8");
  }

  @Test
  void aRelativePathIsMadeWholeSoThatItIsShownWhole() {
    assertThat(set("data")).isAbsolute().endsWithRaw(Path.of("data"));
  }

  @Test
  void aFileInItsPlaceIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> DataPath.make(file))
        .isInstanceOf(BadSetting.class)
        .hasMessage(
            "heartline.data.dir must be a directory that is there or can be made by the user"
                + " that runs the server (" + file + ": is there and is not a directory): " + file);
  }

  @Test
  void withoutAHomeTheDirectoryMustBeSet() {
    String home = System.getProperty("user.home");
    System.setProperty("user.home", "?");
    try {
      assertThatThrownBy(DataPath::home)
          .isInstanceOf(BadSetting.class)
          .hasMessageContaining("heartline.data.dir must be set");
    } finally {
      System.setProperty("user.home", home);
    }
  }

  @Test
  void reasonsAreInWords() {
    assertThat(Reason.of(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
    assertThat(Reason.of(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("/x: Read-only file system");
    assertThat(Reason.of(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }
}
