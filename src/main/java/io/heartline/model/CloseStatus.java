package io.heartline.model;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Why a line ends: a WebSocket close code (RFC 6455, 7.4) and a reason. The range of the code
 * decides what a page does, even if it does not know the code: 4500 to 4999 mean stay away, all
 * others mean come back.
 *
 * @param code 1000, 1001, 1003, 1007 to 1013 or 3000 to 4999
 * @param cause why, for us; the client is told the code and the reason only
 * @param reason at most 123 bytes of UTF-8, cut if longer; never contains a secret
 */
public record CloseStatus(int code, CloseCause cause, String reason) {
  /** The longest reason that fits a close frame, in bytes of UTF-8. */
  static final int MAX_REASON = 123;

  /** What containers report when a line ended without a close: client or network are gone. */
  public static final int LOST = 1006;

  public static final CloseStatus NORMAL = new CloseStatus(1000, CloseCause.NORMAL, "closed");
  public static final CloseStatus STOPPING =
      new CloseStatus(1012, CloseCause.STOPPING, "server stops");
  public static final CloseStatus NOT_TEXT =
      new CloseStatus(1003, CloseCause.NOT_TEXT, "text frames only");
  public static final CloseStatus NOT_UTF8 =
      new CloseStatus(1007, CloseCause.NOT_TEXT, "must be UTF-8");
  public static final CloseStatus DRAINED = new CloseStatus(4000, CloseCause.DRAINED, "drained");
  public static final CloseStatus ROTATED = new CloseStatus(4000, CloseCause.ROTATED, "rotated");
  public static final CloseStatus NO_PROGRESS =
      new CloseStatus(4002, CloseCause.NO_PROGRESS, "no progress");
  public static final CloseStatus WRITE_FAILED =
      new CloseStatus(4002, CloseCause.WRITE_FAILED, "a write failed");
  public static final CloseStatus SLOT_OVERFLOW =
      new CloseStatus(4002, CloseCause.ANSWERS_UNREAD, "answers not read");
  public static final CloseStatus UNFINISHED =
      new CloseStatus(4002, CloseCause.UNFINISHED, "message did not end in time");
  public static final CloseStatus NO_ANSWER =
      new CloseStatus(4003, CloseCause.NO_ANSWER, "no answer to beats");
  public static final CloseStatus NO_FIRST_FRAME =
      new CloseStatus(4003, CloseCause.NO_FIRST_FRAME, "no first frame in time");
  public static final CloseStatus OVERLOADED = new CloseStatus(4008, CloseCause.NO_ROOM, "no room");
  public static final CloseStatus TOO_FAST =
      new CloseStatus(4008, CloseCause.TOO_FAST, "too many messages in a short time");
  public static final CloseStatus TOO_MANY_LINES =
      new CloseStatus(4008, CloseCause.TOO_MANY_LINES, "this user has too many lines");
  public static final CloseStatus REPLACED =
      new CloseStatus(4500, CloseCause.REPLACED, "a newer line took the seat");
  public static final CloseStatus KICKED =
      new CloseStatus(4501, CloseCause.KICKED, "disconnected by an operator");
  public static final CloseStatus BLOCKED = new CloseStatus(4502, CloseCause.BLOCKED, "blocked");
  public static final CloseStatus LOGGED_OUT =
      new CloseStatus(4503, CloseCause.LOGGED_OUT, "logged out");
  public static final CloseStatus FAILED =
      new CloseStatus(1011, CloseCause.FAILED, "something failed in the server");
  public static final CloseStatus EXPIRED =
      new CloseStatus(4001, CloseCause.EXPIRED, "the credentials have expired");
  public static final CloseStatus CANNOT_SAY =
      new CloseStatus(4008, CloseCause.CANNOT_SAY, "it cannot be said now who this is");
  public static final CloseStatus ANOTHER_USER =
      new CloseStatus(4504, CloseCause.CREDENTIALS, "the credentials are another user's");
  public static final CloseStatus FORBIDDEN =
      new CloseStatus(4508, CloseCause.FORBIDDEN, "may not read anything here");
  public static final CloseStatus SEAT_LIMIT =
      new CloseStatus(4505, CloseCause.SEAT_LIMIT, "all seats are taken");

  /** @throws IllegalArgumentException if {@code code} is one that an endpoint may not send */
  public CloseStatus {
    boolean standard = code >= 1000 && code <= 1013 && (code < 1004 || code > 1006) && code != 1002;
    if (!standard && (code < 3000 || code > 4999)) {
      throw new IllegalArgumentException("close code must be one an endpoint may send: " + code);
    }
    reason = fitting(reason);
  }

  /** Returns the same with a reason that says more. */
  public CloseStatus because(String reason) {
    return new CloseStatus(code, cause, reason);
  }

  /** The seat is held because it changed hands too often. */
  public static CloseStatus seatHeld(long delayMillis) {
    return new CloseStatus(
        4008, CloseCause.SEAT_HELD, "the seat is held for " + delayMillis + " ms");
  }

  /** A message is larger than allowed; {@code rule} says what is allowed. */
  public static CloseStatus tooBig(String rule) {
    return new CloseStatus(1009, CloseCause.TOO_BIG, rule);
  }

  public static CloseStatus unsupportedVersion(String reason) {
    return new CloseStatus(4506, CloseCause.UNSUPPORTED_VERSION, reason);
  }

  public static CloseStatus malformed(String reason) {
    return new CloseStatus(4507, CloseCause.MALFORMED, reason);
  }

  /** The credentials do not prove who the client is. */
  public static CloseStatus credentials(String reason) {
    return new CloseStatus(4504, CloseCause.CREDENTIALS, "credentials refused: " + reason);
  }

  /** A raw line has no words for a gap, so it is closed with this and comes back. */
  public static CloseStatus gap(ChannelName channel, String reason) {
    return new CloseStatus(4002, CloseCause.GAP, "gap: " + channel + " " + reason);
  }

  /** Returns whether the client must not come back by itself. */
  public boolean staysAway() {
    return code >= 4500;
  }

  /**
   * Returns the same for a door whose clients know only one stay-away code. The founding clients
   * compare with 4500 and come back after anything else, so all such codes become 4500; the reason
   * stays and tells them apart.
   */
  public CloseStatus forRawClients() {
    return staysAway() && code != 4500 ? new CloseStatus(4500, cause, reason) : this;
  }

  private static String fitting(String reason) {
    byte[] bytes = reason.getBytes(UTF_8);
    if (bytes.length <= MAX_REASON) {
      return reason;
    }
    int end = MAX_REASON;
    while ((bytes[end] & 0xC0) == 0x80) { // do not cut in the middle of a code point
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  @Override
  public String toString() {
    return code + " " + reason;
  }
}
