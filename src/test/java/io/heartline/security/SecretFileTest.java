package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFileTest {
  @TempDir
  Path folder;

  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("api.key");
  }

  @Test
  void itIsMadeOnceAndReadAgain() throws IOException {
    String secret = SecretFile.readOrMake(file);
    assertThat(secret).matches("[A-Za-z0-9_-]{43}");
    assertThat(SecretFile.readOrMake(file)).isEqualTo(secret);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      ''           | is empty
      two words    | holds more than one word of plain ASCII
      schlüssel    | holds more than one word of plain ASCII
      """)
  void whatCannotBeASecretIsNamedWithItsFileAndTheRemedy(String content, String why)
      throws IOException {
    Files.writeString(file, content);
    assertThatThrownBy(() -> SecretFile.readOrMake(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " must hold a secret but " + why + "; delete it to have a new one made");
  }

  @Test
  void aFileThatIsNotTextIsNamed() throws IOException {
    Files.write(file, "schlüssel".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SecretFile.readOrMake(file))
        .hasMessage(file + " must hold a secret but is not text; delete it to have a new one made");
  }

  @Test
  void aDirectoryInItsPlaceIsNamed() throws IOException {
    Files.createDirectory(file);
    assertThatThrownBy(() -> SecretFile.readOrMake(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " must hold a secret but cannot be used: ");
  }
}
