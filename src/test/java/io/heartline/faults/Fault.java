package io.heartline.faults;

/** What is broken in a run. */
enum Fault {
  /** {@code kill -9} of the server, and a start. */
  KILLED,
  /** The same, and the end of its newest file is half a record, as a power failure leaves it. */
  TORN,
  /** Asked to end, as service managers do, and a start. */
  STOPPED,
  /** SIGSTOP for up to four seconds. */
  FROZEN,
  /** All connections are cut. */
  CUT,
  /** All connections fall silent, and neither end is told. */
  SILENT,
  /** All connections become slow. */
  SLOW,
  /** nginx reads its files again. */
  RELOADED
}
