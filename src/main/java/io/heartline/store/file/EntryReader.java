package io.heartline.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.model.Position;
import io.heartline.store.window.IdKey;
import io.heartline.store.window.Ids;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads the entries of one frame. */
final class EntryReader {
  private final ByteBuffer bytes;
  private String lastId = "";
  private String lastData = "";

  /** @param bytes the entries; must be backed by an array */
  private EntryReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads all entries and passes them on, in order.
   *
   * @throws IllegalArgumentException if they make no sense
   */
  static void read(ByteBuffer bytes, Entries to) {
    EntryReader reader = new EntryReader(bytes);
    try {
      while (bytes.hasRemaining()) {
        reader.entry(to);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("an entry is cut off", e);
    }
  }

  private void entry(Entries to) {
    byte kind = bytes.get();
    switch (kind) {
      case EntryWriter.CHANNEL -> to.channel((int) number(), text(), position());
      case EntryWriter.PUBLICATION ->
        to.publication((int) number(), number(), number(), null, data());
      case EntryWriter.PUBLICATION_WITH_ID ->
        to.publication((int) number(), number(), number(), id(), data());
      case EntryWriter.ID ->
        to.id(new Ids.Taken(new IdKey(bytes.getLong(), bytes.getLong()), position(), number()));
      case EntryWriter.FORGOTTEN -> to.forgotten(text(), text());
      case EntryWriter.GENERATION -> to.generation(number());
      case EntryWriter.END -> to.end();
      default -> throw new IllegalArgumentException("there is no kind of entry " + kind);
    }
  }

  private String id() {
    lastId = textOr(lastId);
    return lastId;
  }

  private String data() {
    lastData = textOr(lastData);
    return lastData;
  }

  /** Returns a text, or the last one of its kind if it is that one again. */
  private String textOr(String last) {
    long length = number();
    return length > 0 ? text((int) (length - 1)) : last;
  }

  private Position position() {
    return new Position(text(), number(), number());
  }

  private String text() {
    return text((int) number());
  }

  private String text(int length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = new String(bytes.array(), bytes.arrayOffset() + bytes.position(), length, UTF_8);
    bytes.position(bytes.position() + length);
    return text;
  }

  private long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
