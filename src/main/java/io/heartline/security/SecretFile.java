package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.RandomSecret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** A random secret that is created once and kept in a file that only its owner may read. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Returns the secret in a file. A new one is 256 bits, as 43 URL-safe characters.
   *
   * @throws IOException if there is none; the message names the file and says what to do
   */
  public static String readOrMake(Path file) throws IOException {
    String secret;
    try {
      if (Files.notExists(file)) {
        make(file);
      }
      secret = Files.readString(file).strip();
    } catch (AccessDeniedException e) {
      throw new IOException(file + " must be readable by the user that runs the server, "
          + System.getProperty("user.name") + ", but belongs to " + owner(file)
          + "; give it to them (chown), or delete it to have a new one made");
    } catch (CharacterCodingException e) {
      throw unusable(file, "is not text");
    } catch (IOException e) {
      throw new IOException(file + " must hold a secret but cannot be used: " + e.getMessage(), e);
    }
    if (secret.isEmpty()) {
      throw unusable(file, "is empty");
    }
    if (!secret.matches("[!-~]+")) { // nothing else can be sent in a header
      throw unusable(file, "holds more than one word of plain ASCII");
    }
    return secret;
  }

  private static IOException unusable(Path file, String why) {
    return new IOException(
        file + " must hold a secret but " + why + "; delete it to have a new one made");
  }

  private static String owner(Path file) {
    try {
      return Files.getOwner(file).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "somebody else";
    }
  }

  private static void make(Path file) throws IOException {
    write(file, RandomSecret.make());
  }

  private static void write(Path file, String secret) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] owner = posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
    try {
      Files.createFile(file, owner);
    } catch (FileAlreadyExistsException e) {
      return; // Somebody else created it first; we read theirs.
    }
    try {
      Files.write(file, (secret + "\n").getBytes(UTF_8));
    } catch (IOException e) { // such as a full disk: an empty file would end the next start too
      Files.deleteIfExists(file);
      throw e;
    }
  }
}
