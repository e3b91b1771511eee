package io.heartline.security;

import io.heartline.model.ApiKey;
import io.heartline.protocol.StrictUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of keys that is read again when it changes. While it cannot be read, or a line of it is
 * broken, the keys that were read last stay valid.
 */
public final class ApiKeyFile {
  /** The largest file, in bytes. */
  static final int MAX_BYTES = 4 << 20;

  private final Path file;
  private final Logger log;

  /** What the file had when it was read last, good or broken; null if it was not there. */
  private byte @Nullable [] seen;

  /** What was wrong when it was last looked at, so that it is logged once; empty if nothing. */
  private String problem = "";

  private volatile Map<KeyHash, ApiKey> keys = Map.of();

  private ApiKeyFile(Path file, Logger log) {
    this.file = file;
    this.log = log;
  }

  /**
   * Reads a file, which need not be there yet.
   *
   * @throws IOException if it is there and cannot be used; the message names the file, the line and
   *     the rule
   */
  public static ApiKeyFile open(Path file) throws IOException {
    return open(file, System.getLogger(ApiKeyFile.class.getName()));
  }

  static ApiKeyFile open(Path file, Logger log) throws IOException {
    ApiKeyFile opened = new ApiKeyFile(file, log);
    try {
      byte[] bytes = opened.bytes();
      if (bytes != null) {
        opened.read(bytes);
        opened.seen = bytes;
      }
    } catch (KeyLines.Broken | IOException e) {
      throw new IOException(file + " must hold keys: " + why(e), e);
    }
    return opened;
  }

  /** Returns whether it has any keys. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  @Nullable
  ApiKey find(KeyHash hash) {
    return keys.get(hash);
  }

  /**
   * Reads it again if it has changed. Called every second or so, by one thread at a time. It
   * compares the bytes, since a file can change without a new length or a new time.
   */
  void tend() {
    try {
      byte[] bytes = bytes();
      if (bytes == null && seen != null) {
        tell("is no longer there");
      } else if (bytes != null && (!problem.isEmpty() || !Arrays.equals(bytes, seen))) {
        boolean changed = !Arrays.equals(bytes, seen);
        seen = bytes;
        read(bytes);
        problem = "";
        if (changed) {
          log.log(Level.INFO, "{0} was read again: {1} keys", file, keys.size());
        }
      }
    } catch (KeyLines.Broken | IOException e) {
      tell(why(e));
    }
  }

  private void tell(String what) {
    if (!what.equals(problem)) {
      problem = what;
      log.log(
          Level.ERROR,
          "{0}: {1}; the {2} keys that were read last stay valid",
          file,
          what,
          keys.size());
    }
  }

  private static String why(Exception e) {
    if (e instanceof CharacterCodingException) {
      return "it must be text in UTF-8";
    }
    return e instanceof KeyLines.Broken
        ? String.valueOf(e.getMessage())
        : "it cannot be read: " + e;
  }

  private byte @Nullable [] bytes() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void read(byte[] bytes) throws KeyLines.Broken, IOException {
    if (bytes.length > MAX_BYTES) {
      throw new IOException("it must have at most " + MAX_BYTES + " bytes");
    }
    String text = StrictUtf8.decode(bytes, bytes.length);
    keys = KeyLines.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }
}
