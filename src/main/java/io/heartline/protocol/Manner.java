package io.heartline.protocol;

/**
 * How the two ends of a line talk: what a client can be told beside publications, and what it says.
 */
public enum Manner {
  /**
   * The client knows bare data only. It cannot be told where reading starts, of gaps or of a
   * good-bye; a gap closes its line. It answers protocol pings, which is all the sign of life it
   * gives.
   */
  RAW,

  /**
   * The client is told everything in words and can say nothing back. Each write carries where its
   * reader stands, which the client sends when it comes back.
   */
  LISTENING,

  /** Both ends talk. The client speaks first and answers beats itself. */
  CONVERSING;

  /**
   * Returns whether clients are told in words where reading starts, of gaps, beats and good-byes.
   */
  public boolean hasWords() {
    return this != RAW;
  }

  /** Returns whether clients begin the conversation and answer beats in text. */
  public boolean pagesSpeak() {
    return this == CONVERSING;
  }

  /** Returns whether each write carries where its reader stands once it has read it. */
  public boolean marksPlaces() {
    return this == LISTENING;
  }
}
