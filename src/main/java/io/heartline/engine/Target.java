package io.heartline.engine;

/** Whose lines are meant, on whatever node they are. */
public sealed interface Target {
  /** Those of a user or of credentials, which can be blocked. */
  record Known(Blocks.Whom whom) implements Target {}

  /** Those of an HTTP session of ours. */
  record Session(String id) implements Target {}

  /** One line. */
  record OneLine(String id) implements Target {}
}
