package io.heartline.store.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The real disk, until it is told to fail. */
final class FaultyDisk implements Disk {
  private final Disk real = new RealDisk();

  /** So many more bytes are taken; then the disk is full, in the middle of a write. */
  @GuardedBy("this")
  private long room = Long.MAX_VALUE;

  /** Whether forcing fails. */
  volatile boolean unforceable;

  /** Appending ends with it, as if memory were short; null normally. */
  volatile @Nullable Error broken;

  /** Checkpoints end with it; null normally. */
  volatile @Nullable Error brokenCheckpoint;

  /** How many have. */
  volatile int brokeCheckpoints;

  /** How often a file was forced. */
  volatile int forced;

  /** How long each file was when it was last forced: what a failing power supply leaves of it. */
  final Map<Path, Long> safe = new ConcurrentHashMap<>();

  /** From now on so many more bytes are taken. Waits for the write under way. */
  synchronized void room(long bytes) {
    room = bytes;
  }

  private synchronized void append(File file, ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > room) {
      file.append(bytes.slice(bytes.position(), (int) room));
      room = 0;
      throw new IOException("No space left on device");
    }
    room -= bytes.remaining();
    file.append(bytes);
  }

  private synchronized void truncate(File file, long length) throws IOException {
    if (room < Long.MAX_VALUE / 2) {
      room += Math.max(0, file.length() - length);
    }
    file.truncate(length);
  }

  @Override
  public File create(Path path) throws IOException {
    Error error = brokenCheckpoint;
    if (error != null && path.toString().endsWith(Names.UNFINISHED)) {
      brokeCheckpoints++;
      throw error;
    }
    return new FaultyFile(path, real.create(path));
  }

  @Override
  public File open(Path path) throws IOException {
    return new FaultyFile(path, real.open(path));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    Error error = broken;
    if (error != null) {
      throw error;
    }
    return real.list(directory);
  }

  @Override
  public void delete(Path path) throws IOException {
    real.delete(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    real.rename(from, to);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    real.forceDirectory(directory);
  }

  private final class FaultyFile implements File {
    private final Path path;
    private final File file;

    FaultyFile(Path path, File file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      Error error = broken;
      if (error != null) {
        throw error;
      }
      FaultyDisk.this.append(file, bytes);
    }

    @Override
    public void force() throws IOException {
      if (unforceable) {
        throw new IOException("Input/output error");
      }
      forced++;
      file.force();
      safe.put(path, file.length());
    }

    @Override
    public void truncate(long length) throws IOException {
      FaultyDisk.this.truncate(file, length);
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return file.read(into, at);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
