package io.heartline.bootstrap.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file with one password, which somebody else has made. */
final class PasswordFile {
  private static final int MOST_BYTES = 4096;

  private PasswordFile() {}

  /**
   * Returns the only line of a file.
   *
   * @param property names the file
   * @throws BadSetting if there is none; it shows nothing of the file
   */
  static String read(String property, Path file) {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw bad(property, file, "but has more than " + MOST_BYTES + " bytes");
      }
      text = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      throw bad(property, file, "but is not there");
    } catch (AccessDeniedException e) {
      throw bad(
          property,
          file,
          "that " + System.getProperty("user.name") + ", who runs the server, can read");
    } catch (CharacterCodingException e) {
      throw bad(property, file, "but is not text in UTF-8");
    } catch (IOException e) {
      throw bad(property, file, "but cannot be read (" + Reason.of(e) + ")");
    }
    if (text.isEmpty()) {
      throw bad(property, file, "but is empty");
    }
    if (text.lines().count() > 1) {
      throw bad(property, file, "but has more than one line");
    }
    return text;
  }

  private static BadSetting bad(String property, Path file, String why) {
    return new BadSetting(property, file.toString(), "must be a file with one password " + why);
  }
}
