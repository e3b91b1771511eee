package io.heartline.protocol;

/** What a client says of the messages of a subscription that it has taken. */
public enum AckMode {
  /** Nothing. */
  NONE,
  /** Each acknowledgement is for a message and all before it. */
  CUMULATIVE,
  /** Each acknowledgement is for one message. */
  INDIVIDUAL
}
