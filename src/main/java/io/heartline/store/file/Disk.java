package io.heartline.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What the log needs from a file system. An interface, so that tests can use one that fails. */
interface Disk {
  /** Creates a file, or empties it if it exists. */
  File create(Path path) throws IOException;

  /** Opens a file that exists; appending continues at its end. */
  File open(Path path) throws IOException;

  /** Returns the names of all files in a directory. */
  List<String> list(Path directory) throws IOException;

  /** Deletes a file if it exists. */
  void delete(Path path) throws IOException;

  /** Renames a file atomically, replacing the one that has the new name. */
  void rename(Path from, Path to) throws IOException;

  /** Forces a directory's list of files to the disk. */
  void forceDirectory(Path directory) throws IOException;

  /** An open file. */
  interface File extends Closeable {
    /** Appends everything that remains in the buffer. */
    void append(ByteBuffer bytes) throws IOException;

    /** Forces everything that was appended to the disk. */
    void force() throws IOException;

    /** Cuts the file to a length in bytes; appending continues from there. */
    void truncate(long length) throws IOException;

    long length() throws IOException;

    /** Reads from byte {@code at} on. Returns how many bytes were read; -1 at the end. */
    int read(ByteBuffer into, long at) throws IOException;
  }
}
