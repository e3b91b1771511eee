package io.heartline.bootstrap.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file or directory cannot be used. */
public final class Reason {
  private Reason() {}

  /** Returns the reason in words, with the file if the system has named it. */
  public static String of(IOException e) {
    if (e instanceof CharacterCodingException) { // its message is only a length
      return "not text in UTF-8";
    }
    if (!(e instanceof FileSystemException failure)) {
      return String.valueOf(e.getMessage());
    }
    String file = String.valueOf(failure.getFile());
    if (e instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return file + ": no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return file + ": is there and is not a directory";
    }
    return file + ": " + failure.getReason();
  }
}
