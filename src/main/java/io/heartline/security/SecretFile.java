package io.heartline.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** A random secret that is created once and kept in a file that only its owner may read. */
public final class SecretFile {
  private SecretFile() {}

  /** Returns the secret in a file. A new one is 256 bits, as 43 URL-safe characters. */
  public static String readOrMake(Path file) throws IOException {
    if (Files.notExists(file)) {
      byte[] bits = new byte[32];
      new SecureRandom().nextBytes(bits);
      write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }
    String secret = Files.readString(file).strip();
    if (secret.isEmpty()) {
      throw new IOException(
          file + " must hold a secret but is empty; delete it to have a new one made");
    }
    return secret;
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
      Files.write(file, (secret + "\n").getBytes(UTF_8));
    } catch (FileAlreadyExistsException e) {
      // Somebody else created it first; we read theirs.
    }
  }
}
