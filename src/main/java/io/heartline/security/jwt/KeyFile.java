package io.heartline.security.jwt;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.JWSAlgorithm;
import io.heartline.engine.MinuteLog;
import io.heartline.protocol.StrictUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys in a file, which is read again when it has changed. If it cannot be used then, the keys that
 * were read before stay.
 */
public final class KeyFile implements KeySource {
  private static final Logger LOG = System.getLogger(KeyFile.class.getName());

  /** The largest file, in bytes. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final int KINDS = 4;

  private final Path file;
  private final KeyFormat format;
  private final Set<Key.Algorithm> only;
  private final MinuteLog unusable;

  private volatile KeyRing ring;

  /** What the file looked like when it was read. */
  @GuardedBy("this")
  private @Nullable Stamp read;

  /** Tells apart what a file was and what it is. */
  private record Stamp(
      FileTime modified, long size, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
    }
  }

  private KeyFile(Path file, KeyFormat format, Set<Key.Algorithm> only, LongSupplier nanos)
      throws BadKeys {
    this.file = file;
    this.format = format;
    this.only = only;
    unusable = new MinuteLog(LOG, Level.WARNING, nanos, KINDS, MinuteLog::again);
    try {
      read = Stamp.of(file);
      ring = read();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads a file for the first time.
   *
   * @param algorithms the names of those that may be used at all
   * @param nanos the clock, in nanoseconds
   * @throws BadKeys if it cannot be used
   */
  public static KeyFile open(Path file, KeyFormat format, Algorithms algorithms, LongSupplier nanos)
      throws BadKeys {
    return new KeyFile(file, format, algorithms.all(), nanos);
  }

  private KeyRing read() throws IOException, BadKeys {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BadKeys("must have at most " + MAX_BYTES + " bytes");
      }
      return format.parse(StrictUtf8.decode(bytes), only);
    }
  }

  private static BadKeys unreadable(IOException e) {
    return new BadKeys(
        e instanceof NoSuchFileException
            ? "must be a file that is there"
            : e instanceof AccessDeniedException
                ? "must be readable by the user that runs the server, "
                    + System.getProperty("user.name")
                : e instanceof CharacterCodingException
                    ? "must be text in UTF-8"
                    : "must be a file that can be read (" + e.getClass().getSimpleName() + ")");
  }

  @Override
  public CompletionStage<Found> find(@Nullable String id, JWSAlgorithm algorithm) {
    return CompletableFuture.completedFuture(new Found.Keys(ring.fitting(id, algorithm)));
  }

  @Override
  public synchronized void tend() {
    try {
      Stamp now = Stamp.of(file);
      if (now.equals(read)) {
        return;
      }
      ring = read();
      read = now; // not before it could be used: half a file may have been seen
      LOG.log(Level.INFO, "the keys for tokens were read again from {0}", file);
    } catch (IOException e) {
      keep(unreadable(e));
    } catch (BadKeys e) {
      keep(e);
    }
    unusable.tend();
  }

  private void keep(BadKeys bad) {
    String what = "the keys for tokens stay as they were: " + file + " " + bad.rule();
    unusable.happened(what, () -> what);
  }
}
