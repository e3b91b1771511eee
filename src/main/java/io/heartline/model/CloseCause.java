package io.heartline.model;

import java.util.Locale;

/** Why we close a line. Several causes may share a close code; metrics and logs tell them apart. */
public enum CloseCause {
  NORMAL,
  /** The server is stopping. */
  STOPPING,
  /** The node was drained before a stop. */
  DRAINED,
  /** The line was open for the time after which lines are rotated. */
  ROTATED,
  /** A message of the client was not complete in time. */
  UNFINISHED,
  /** A write made no progress for too long. */
  NO_PROGRESS,
  /** A write failed: the client or the network is gone. */
  WRITE_FAILED,
  /** The client sends commands and does not read the answers. */
  ANSWERS_UNREAD,
  /** A raw line has a gap, and its protocol has no words to say so. */
  GAP,
  /** The client did not answer a beat. */
  NO_ANSWER,
  /** A page did not send its first frame in time. */
  NO_FIRST_FRAME,
  /** There is no room for this line or one of its channels. */
  NO_ROOM,
  /** The client sent more in a short time than it may. */
  TOO_FAST,
  /** The user has as many lines as one may have. */
  TOO_MANY_LINES,
  /** The seat is held for its present holder, because it changed hands back and forth. */
  SEAT_HELD,
  /** All seats are taken, and the oldest lines keep them. */
  SEAT_LIMIT,
  /** A newer line took the seat. */
  REPLACED,
  /** An operator or the application closed the line. */
  KICKED,
  /** The application keeps the user or the credentials out for a while. */
  BLOCKED,
  /** The HTTP session ended, or the application says that the user has logged out. */
  LOGGED_OUT,
  /** The credentials are wrong, or belong to another user than before. */
  CREDENTIALS,
  /** The server could not find out who the client is. */
  CANNOT_SAY,
  /** The credentials have expired. */
  EXPIRED,
  /** The client may read nothing at this door. */
  FORBIDDEN,
  /** A message is larger than allowed. */
  TOO_BIG,
  /** A message is not text. */
  NOT_TEXT,
  /** The client speaks a version that we do not support. */
  UNSUPPORTED_VERSION,
  /** The client does not speak our protocol. */
  MALFORMED,
  /** Something failed in the server. */
  FAILED;

  /** Returns the word used in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
