package io.heartline.protocol;

/** One way of talking over text frames. Shared by all lines that speak it; thread-safe. */
@FunctionalInterface
public interface Protocol {
  /** Returns the dialect of a newly opened line; what it remembers belongs to that line alone. */
  Dialect open();
}
