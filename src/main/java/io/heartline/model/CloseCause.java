package io.heartline.model;

import java.util.Locale;

/** Why we close a line. Several causes may share a close code; figures and logs tell them apart. */
public enum CloseCause {
  NORMAL,
  /** The server stops. */
  STOPPING,
  /** This node is emptied before it stops. */
  DRAINED,
  /** A line has lived as long as lines live. */
  ROTATED,
  /** A message of the client did not end in time. */
  UNFINISHED,
  /** A write made no progress for too long. */
  NO_PROGRESS,
  /** A write failed: the client or the network is gone. */
  WRITE_FAILED,
  /** The client asks and does not read the answers. */
  ANSWERS_UNREAD,
  /** A raw line missed publications and cannot be told so in words. */
  GAP,
  /** The client did not answer a beat. */
  NO_ANSWER,
  /** A page did not begin to speak. */
  NO_FIRST_FRAME,
  /** There is no room for this line or one of its channels. */
  NO_ROOM,
  /** The seat is held because it changed hands back and forth. */
  SEAT_HELD,
  /** All seats are taken, and the oldest wins. */
  SEAT_LIMIT,
  /** A newer line took the seat. */
  REPLACED,
  /** An operator or the application closed the line. */
  KICKED,
  /** The HTTP session ended. */
  LOGGED_OUT,
  /** The credentials are wrong, or those of somebody else than before. */
  CREDENTIALS,
  /** It could not be found out who the client is. */
  CANNOT_SAY,
  /** The credentials have expired. */
  EXPIRED,
  /** The client may read nothing at this door. */
  FORBIDDEN,
  /** A message is larger than allowed. */
  TOO_BIG,
  /** A message is not text. */
  NOT_TEXT,
  /** The client speaks another version. */
  UNSUPPORTED_VERSION,
  /** The client does not speak our protocol. */
  MALFORMED,
  /** Something failed in the server. */
  FAILED;

  /** Returns the word used in figures. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
