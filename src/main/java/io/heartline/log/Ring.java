package io.heartline.log;

import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A queue with access by index, which {@link java.util.ArrayDeque} does not have. Grows as needed
 * and gives memory back as it empties.
 */
final class Ring<E> {
  private static final int SMALLEST = 8;

  private @Nullable Object[] slots = new Object[SMALLEST];
  private int start;
  private int size;

  int size() {
    return size;
  }

  @SuppressWarnings("unchecked") // only addLast fills slots
  E get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("index must be in [0," + size + "): " + index);
    }
    Object element = slots[(start + index) & (slots.length - 1)];
    if (element == null) {
      throw new IllegalStateException("a slot within the size must be filled");
    }
    return (E) element;
  }

  void addLast(E element) {
    if (size == slots.length) {
      resize(size * 2);
    }
    slots[(start + size++) & (slots.length - 1)] = element;
  }

  E removeFirst() {
    if (size == 0) {
      throw new NoSuchElementException();
    }
    E first = get(0);
    slots[start] = null;
    start = (start + 1) & (slots.length - 1);
    size--;
    if (size < slots.length / 4 && slots.length > SMALLEST) {
      resize(slots.length / 2);
    }
    return first;
  }

  private void resize(int length) {
    int untilEnd = Math.min(size, slots.length - start);
    @Nullable Object[] next = Arrays.copyOfRange(slots, start, start + length);
    Arrays.fill(next, untilEnd, length, null);
    System.arraycopy(slots, 0, next, untilEnd, size - untilEnd);
    slots = next;
    start = 0;
  }
}
