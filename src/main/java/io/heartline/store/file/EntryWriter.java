package io.heartline.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.Position;
import io.heartline.store.window.Ids;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Encodes entries into a buffer that begins with room for a frame's head. */
final class EntryWriter implements Entries {
  static final byte CHANNEL = 1;
  static final byte PUBLICATION = 2;
  static final byte ID = 3;
  static final byte FORGOTTEN = 4;
  static final byte GENERATION = 5;
  static final byte END = 6;
  static final byte PUBLICATION_WITH_ID = 7;

  /** A larger buffer is dropped once its frame is written. */
  private static final int KEPT = 4 << 20;

  private static final int MAX_VARINT = 10;

  private ByteBuffer bytes;

  /** The last id and data, or null: in a call to many channels all share them. */
  private @Nullable String lastId;

  private @Nullable String lastData;

  EntryWriter(int capacity) {
    bytes = ByteBuffer.allocateDirect(capacity).position(Frame.HEAD);
  }

  /** Drops all entries, to begin the next frame. */
  void clear() {
    bytes = bytes.capacity() > KEPT ? ByteBuffer.allocateDirect(KEPT / 4) : bytes.clear();
    bytes.position(Frame.HEAD);
    lastId = null;
    lastData = null;
  }

  /** Returns how many bytes of entries there are. */
  int length() {
    return bytes.position() - Frame.HEAD;
  }

  /** Returns the frame that holds the entries; its head is still to be filled in. */
  ByteBuffer frame() {
    return bytes.duplicate().flip();
  }

  @Override
  public void channel(int number, String name, Position base) {
    room(1 + MAX_VARINT).put(CHANNEL);
    number(number);
    text(name);
    position(base);
  }

  @Override
  public void publication(int channel, long offset, long tag, @Nullable String id, String data) {
    room(1 + 3 * MAX_VARINT).put(id == null ? PUBLICATION : PUBLICATION_WITH_ID);
    number(channel);
    number(offset);
    number(tag);
    if (id != null) {
      textUnless(id, lastId);
      lastId = id;
    }
    textUnless(data, lastData);
    lastData = data;
  }

  /** Writes a text and its length plus one; only a zero if it is the last one of its kind again. */
  @SuppressWarnings("ReferenceEquality") // only a hint: equal texts may be written twice
  private void textUnless(String text, @Nullable String last) {
    room(MAX_VARINT);
    if (text == last) {
      number(0);
      return;
    }
    byte[] utf8 = text.getBytes(UTF_8);
    number(utf8.length + 1L);
    room(utf8.length).put(utf8);
  }

  @Override
  public void id(Ids.Taken taken) {
    room(1 + 2 * Long.BYTES)
        .put(ID)
        .putLong(taken.key().high())
        .putLong(taken.key().low());
    position(taken.position());
    room(MAX_VARINT);
    number(taken.takenMicros());
  }

  @Override
  public void forgotten(String name, String epoch) {
    room(1).put(FORGOTTEN);
    text(name);
    text(epoch);
  }

  @Override
  public void generation(long generation) {
    room(1 + MAX_VARINT).put(GENERATION);
    number(generation);
  }

  @Override
  public void end() {
    room(1).put(END);
  }

  private void position(Position position) {
    text(position.epoch());
    room(2 * MAX_VARINT);
    number(position.offset());
    number(position.tag());
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    room(MAX_VARINT + utf8.length);
    number(utf8.length);
    bytes.put(utf8);
  }

  /** Writes seven bits per byte, the lowest first; a set highest bit means that more follow. */
  private void number(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes.put((byte) (left | 0x80));
      left >>>= 7;
    }
    bytes.put((byte) left);
  }

  private ByteBuffer room(int needed) {
    if (bytes.remaining() < needed) {
      int capacity = Math.addExact(bytes.capacity(), Math.max(bytes.capacity(), needed));
      bytes = ByteBuffer.allocateDirect(capacity).put(bytes.flip());
    }
    return bytes;
  }
}
