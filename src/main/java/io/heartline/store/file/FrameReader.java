package io.heartline.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a file from its header to its last good frame. Holds one frame in memory at a time. */
final class FrameReader {
  private static final int AHEAD = 1 << 20;

  private final Disk.File file;
  private final long length;

  /** What was read but not yet used: between position and limit. */
  private ByteBuffer ahead = ByteBuffer.allocate(AHEAD).limit(0);

  /** Where {@link #ahead}'s position is in the file, in bytes. */
  private long at;

  private final @Nullable Header header;
  private long sequence;

  FrameReader(Disk.File file) throws IOException {
    this.file = file;
    length = file.length();
    header = have(Header.LENGTH) ? Header.read(ahead.slice()) : null;
    if (header != null) {
      use(Header.LENGTH);
      sequence = header.sequence();
    }
  }

  /** Returns the header; null if there is none or it is damaged. */
  @Nullable
  Header header() {
    return header;
  }

  /** Returns where the next frame begins, in bytes. */
  long at() {
    return at;
  }

  /** Returns the sequence of the next frame. */
  long sequence() {
    return sequence;
  }

  /** Returns whether the whole file was read. */
  boolean atEnd() {
    return at == length;
  }

  /** Returns the next frame's entries, to be read before the next call; null if no good one is. */
  @Nullable
  ByteBuffer next() throws IOException {
    if (header == null || !have(Frame.HEAD)) {
      return null;
    }
    int entries = Frame.length(ahead);
    if (Frame.salt(ahead) != header.salt()
        || Frame.sequence(ahead) != sequence
        || entries < 0
        || !have(Frame.HEAD + (long) entries)) {
      return null;
    }
    ByteBuffer frame = ahead.slice(ahead.position(), Frame.HEAD + entries);
    if (!Frame.intact(frame)) {
      return null;
    }
    use(frame.remaining());
    sequence++;
    return frame.position(Frame.HEAD);
  }

  /**
   * Returns whether a good frame follows anywhere after the bad place that was reached: then it is
   * not a torn tail. Reads the rest of the file into memory.
   */
  boolean moreFollows(Path path) throws IOException {
    if (header == null) {
      return false;
    }
    long rest = length - at;
    if (rest > Integer.MAX_VALUE - 8) {
      throw new Damage(path, at, "nothing can be read there, and more than 2 GiB follow");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) rest);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {}
    bytes.flip();
    for (int i = 1; i + Frame.HEAD <= bytes.limit(); i++) {
      if (bytes.getLong(i) == header.salt() && frameAt(bytes.position(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean frameAt(ByteBuffer bytes) {
    int entries = Frame.length(bytes);
    return Frame.sequence(bytes) >= sequence
        && entries >= 0
        && entries <= bytes.remaining() - Frame.HEAD
        && Frame.intact(bytes.slice(bytes.position(), Frame.HEAD + entries));
  }

  /** Reads ahead so that {@code wanted} bytes are there. Returns false if the file has fewer. */
  private boolean have(long wanted) throws IOException {
    if (ahead.remaining() >= wanted) {
      return true;
    }
    if (wanted > length - at || wanted > Integer.MAX_VALUE - 8) {
      return false;
    }
    long from = at + ahead.remaining();
    if (wanted > ahead.capacity()) {
      ahead = ByteBuffer.allocate((int) wanted).put(ahead);
    } else {
      ahead = ByteBuffer.allocate(ahead.capacity()).put(ahead); // a returned frame uses the old one
    }
    while (ahead.hasRemaining()) {
      int read = file.read(ahead, from);
      if (read < 0) {
        break;
      }
      from += read;
    }
    ahead.flip();
    return ahead.remaining() >= wanted;
  }

  private void use(int bytes) {
    ahead.position(ahead.position() + bytes);
    at += bytes;
  }
}
