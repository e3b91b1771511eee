package io.heartline.protocol;

/**
 * How the two ends of a line talk: what a client can be told besides publications, and what it
 * says.
 */
public enum Manner {
  /**
   * The client knows only bare data. It cannot be told where reading starts, of a gap or of a
   * good-bye; a gap closes its line. Its only sign of life is that it answers WebSocket pings.
   */
  RAW,

  /**
   * The client is told everything in words and can say nothing back. Each write carries the
   * reader's positions, which the client sends when it comes back.
   */
  LISTENING,

  /** Both ends talk. The client speaks first and answers beats with messages of its own. */
  CONVERSING;

  /** Returns whether clients are told where reading starts, and of gaps, beats and good-byes. */
  public boolean hasWords() {
    return this != RAW;
  }

  /** Returns whether clients begin the conversation and answer beats by messages. */
  public boolean pagesSpeak() {
    return this == CONVERSING;
  }

  /** Returns whether each write carries the positions up to which its reader has then read. */
  public boolean marksPlaces() {
    return this == LISTENING;
  }
}
