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
  CONVERSING,

  /**
   * Both ends talk in frames, of STOMP. The client speaks first. It answers beats only as WebSocket
   * pings, and may promise to say something so often. Its first error is its last.
   */
  MESSAGING;

  /** Returns whether clients are told where reading starts, and of gaps, beats and good-byes. */
  public boolean hasWords() {
    return this != RAW;
  }

  /** Returns whether clients begin the conversation. */
  public boolean pagesSpeak() {
    return this == CONVERSING || this == MESSAGING;
  }

  /** Returns whether clients answer beats by messages, not just by WebSocket pongs. */
  public boolean answersBeats() {
    return this == CONVERSING;
  }

  /** Returns whether clients are sent beats in text only if and as often as they have asked. */
  public boolean asksForBeats() {
    return this == RAW || this == MESSAGING;
  }

  /** Returns whether clients come back well after a close that only means: somewhere else. */
  public boolean rotates() {
    return this == LISTENING || this == CONVERSING;
  }

  /** Returns whether an error is followed by the close. */
  public boolean endsWithErrors() {
    return this == MESSAGING;
  }

  /** Returns whether each write carries the positions up to which its reader has then read. */
  public boolean marksPlaces() {
    return this == LISTENING;
  }
}
