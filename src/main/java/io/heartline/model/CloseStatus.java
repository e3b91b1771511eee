package io.heartline.model;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Why a line ends: a WebSocket close code (RFC 6455, 7.4) and a reason. The band decides what a
 * page does, also with codes it does not know: 4500 to 4999 mean stay away, everything else come
 * back.
 *
 * @param code 1000, 1001, 1003, 1007 to 1013 or 3000 to 4999
 * @param reason at most 123 bytes of UTF-8, cut if longer; never a secret
 */
public record CloseStatus(int code, String reason) {
  /** The longest reason that fits a close frame, in bytes of UTF-8. */
  static final int MAX_REASON = 123;

  public static final CloseStatus NORMAL = new CloseStatus(1000, "closed");
  public static final CloseStatus STOPPING = new CloseStatus(1012, "server stops");
  public static final CloseStatus NOT_TEXT = new CloseStatus(1003, "text frames only");
  public static final CloseStatus DRAINED = new CloseStatus(4000, "drained");
  public static final CloseStatus ROTATED = new CloseStatus(4000, "rotated");
  public static final CloseStatus NO_PROGRESS = new CloseStatus(4002, "no progress");
  public static final CloseStatus SLOT_OVERFLOW = new CloseStatus(4002, "answers not read");
  public static final CloseStatus NO_ANSWER = new CloseStatus(4003, "no answer to beats");
  public static final CloseStatus NO_FIRST_FRAME = new CloseStatus(4003, "no first frame in time");
  public static final CloseStatus OVERLOADED = new CloseStatus(4008, "no room");
  public static final CloseStatus REPLACED = new CloseStatus(4500, "a newer line took the seat");
  public static final CloseStatus KICKED = new CloseStatus(4501, "disconnected by an operator");
  public static final CloseStatus LOGGED_OUT = new CloseStatus(4503, "logged out");
  public static final CloseStatus SEAT_LIMIT = new CloseStatus(4505, "all seats are taken");

  /** @throws IllegalArgumentException if an endpoint may not send {@code code} */
  public CloseStatus {
    boolean standard = code >= 1000 && code <= 1013 && (code < 1004 || code > 1006) && code != 1002;
    if (!standard && (code < 3000 || code > 4999)) {
      throw new IllegalArgumentException("close code must be one an endpoint may send: " + code);
    }
    reason = fitting(reason);
  }

  /** The seat is held because it changed hands too often. */
  public static CloseStatus seatHeld(long delayMillis) {
    return new CloseStatus(4008, "the seat is held for " + delayMillis + " ms");
  }

  /** A message of more than the allowed size. */
  public static CloseStatus tooBig(String rule) {
    return new CloseStatus(1009, rule);
  }

  public static CloseStatus unsupportedVersion(String reason) {
    return new CloseStatus(4506, reason);
  }

  public static CloseStatus malformed(String reason) {
    return new CloseStatus(4507, reason);
  }

  /** A raw line cannot be told of a gap in words, so it is closed and comes back. */
  public static CloseStatus gap(ChannelName channel, String reason) {
    return new CloseStatus(4002, "gap: " + channel + " " + reason);
  }

  /** Returns whether a client must not come back by itself. */
  public boolean staysAway() {
    return code >= 4500;
  }

  /**
   * Returns the same for a door whose clients know one stay-away code only: 4500 with the cause in
   * its reason, since the founding clients compare with 4500 and come back after anything else.
   */
  public CloseStatus forRawClients() {
    return staysAway() && code != 4500 ? new CloseStatus(4500, reason) : this;
  }

  private static String fitting(String reason) {
    byte[] bytes = reason.getBytes(UTF_8);
    if (bytes.length <= MAX_REASON) {
      return reason;
    }
    int end = MAX_REASON;
    while ((bytes[end] & 0xC0) == 0x80) { // never cut a code point in two
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  @Override
  public String toString() {
    return code + " " + reason;
  }
}
