package io.heartline.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What the log needs of a file system; a seam, so that tests can have one that fails. */
interface Disk {
  /** Makes a file that is not there yet, or empties it. */
  File create(Path path) throws IOException;

  /** Opens a file that is there. */
  File open(Path path) throws IOException;

  /** Returns the names of all files in a directory. */
  List<String> list(Path directory) throws IOException;

  /** Deletes a file if it is there. */
  void delete(Path path) throws IOException;

  /** Gives a file another name, replacing what had it, at once. */
  void rename(Path from, Path to) throws IOException;

  /** Forces to the disk which files are in a directory. */
  void forceDirectory(Path directory) throws IOException;

  /** An open file. */
  interface File extends Closeable {
    /** Appends all that remains in the buffer. */
    void append(ByteBuffer bytes) throws IOException;

    /** Forces all that was appended to the disk. */
    void force() throws IOException;

    /** Cuts it; appending goes on from there. */
    void truncate(long length) throws IOException;

    long length() throws IOException;

    /** Reads at a place; returns how many bytes, -1 at the end. */
    int read(ByteBuffer into, long at) throws IOException;
  }
}
