package io.heartline.engine;

import io.heartline.log.Reading;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.Encoding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few consecutive publications in one encoding. The first line that needs them encodes them, on
 * its own thread and under no lock of the channel. Lines that need them meanwhile wait for it.
 */
final class EncodedRange {
  private final ChannelName channel;
  private final Encoding encoding;
  private final Position after;
  private final int maxBytes;
  private final Position end;
  private final boolean more;

  /** Null if nobody shares this range. */
  private final @Nullable EncodedRanges shared;

  /** What is still to be encoded; null afterwards. Guarded by this. */
  private @Nullable List<Publication> publications;

  /**
   * The encoded texts; null before they are encoded, and again once they are dropped. Set by
   * {@link EncodedRanges}.
   */
  @Nullable
  volatile Chunk chunk;

  /** It must no longer be kept; guarded by {@link EncodedRanges}. */
  boolean dropped;

  /**
   * Describes what is to be encoded.
   *
   * @param after the position just before the range
   * @param maxBytes the limit with which the range was read
   * @param shared where it is kept; null if nobody shares it
   */
  EncodedRange(
      ChannelName channel,
      Encoding encoding,
      Position after,
      int maxBytes,
      Reading.Range range,
      @Nullable EncodedRanges shared) {
    this.channel = channel;
    this.encoding = encoding;
    this.after = after;
    this.maxBytes = maxBytes;
    this.shared = shared;
    publications = range.publications();
    end = range.end();
    more = range.more();
  }

  /**
   * Returns whether a cursor at {@code from} would get this same range if it read the log again.
   */
  boolean serves(Position from, Encoding wanted, int wantedBytes, Position head) {
    return after.equals(from)
        && encoding.equals(wanted)
        && (more ? maxBytes == wantedBytes : maxBytes <= wantedBytes && end.equals(head));
  }

  /** Returns whether it begins and ends at these positions. */
  boolean covers(Position from, Encoding wanted, Position to) {
    return after.equals(from) && end.equals(to) && encoding.equals(wanted);
  }

  /** Returns the texts, encoded now if need be; null if they were dropped. */
  @Nullable
  Chunk chunk() {
    Chunk ready = chunk;
    return ready != null ? ready : encode();
  }

  private synchronized @Nullable Chunk encode() {
    List<Publication> wanted = publications;
    if (wanted == null) {
      return chunk; // another line has encoded it
    }
    List<String> texts = encoding.encode(channel, wanted);
    int chars = texts.stream().mapToInt(String::length).sum();
    Chunk made = new Chunk(texts, wanted.size(), chars, end, more, null);
    publications = null;
    if (shared != null) {
      shared.keep(this, made);
    }
    return made;
  }
}
