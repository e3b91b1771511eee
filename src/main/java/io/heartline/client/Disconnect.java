package io.heartline.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whose lines are closed, and for how long they stay out. Made by {@link #user}, {@link #token},
 * {@link #session} or {@link #line}.
 */
public final class Disconnect {
  /** What the pages are told. */
  public enum Reason {
    /** 4501: an operator or the application closed the line. */
    KICKED,
    /** 4502: blocked. Needs a block. */
    BLOCKED,
    /** 4503: logged out. */
    LOGGED_OUT
  }

  private final String field;
  private final String name;

  /** Seconds, or a quoted time; null if nobody is kept out. */
  private final @Nullable String block;

  private final @Nullable Reason reason;

  private Disconnect(String field, String name, @Nullable String block, @Nullable Reason reason) {
    this.field = field;
    this.name = name;
    this.block = block;
    this.reason = reason;
  }

  /** Returns: all lines of a user. */
  public static Disconnect user(String user) {
    return new Disconnect("user", user, null, null);
  }

  /**
   * Returns: all lines with certain credentials, which are revoked: they stay out until they would
   * have expired.
   *
   * @param id their name, such as a JWT's {@code jti}
   */
  public static Disconnect token(String id) {
    return new Disconnect("token", id, null, null);
  }

  /** Returns: all lines that were opened under an HTTP session of Heartline's own application. */
  public static Disconnect session(String id) {
    return new Disconnect("session", id, null, null);
  }

  /** Returns: one line, by the id that its page was welcomed with. */
  public static Disconnect line(String id) {
    return new Disconnect("line", id, null, null);
  }

  /**
   * Returns the same, and the user or the token is kept out for so long.
   *
   * @param length at least a second
   */
  public Disconnect block(Duration length) {
    return new Disconnect(field, name, Long.toString(length.toSeconds()), reason);
  }

  /** Returns the same, and the user or the token is kept out until then. */
  public Disconnect blockUntil(Instant end) {
    return new Disconnect(field, name, '"' + end.toString() + '"', reason);
  }

  /** Returns the same with a reason. Without one it is what fits. */
  public Disconnect because(Reason reason) {
    return new Disconnect(field, name, block, reason);
  }

  String json() {
    StringBuilder json = new StringBuilder(64).append("{\"").append(field).append("\":");
    Json.appendQuoted(json, name);
    if (block != null) {
      json.append(",\"block\":").append(block);
    }
    if (reason != null) {
      String word = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
      json.append(",\"reason\":\"").append(word).append('"');
    }
    return json.append('}').toString();
  }

  /** Shows which kind it is: the id of a session is a secret. */
  @Override
  public String toString() {
    return "a " + field;
  }
}
