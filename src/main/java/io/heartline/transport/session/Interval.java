package io.heartline.transport.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.http.HttpSession;

/**
 * Keeps one session from timing out while no request comes. No container counts WebSocket frames as
 * use of a session, and none lets us touch a session from outside a request. But all let us set a
 * new interval: the time it has been idle plus its own interval. The next request restores its own
 * interval.
 *
 * <p>Undertow restarts its timer when the interval is set, so there we set just the session's own
 * interval.
 */
final class Interval {
  /** Attribute with the session's own interval, in seconds, while a different one is set. */
  static final String OWN = "io.heartline.own-interval";

  private final HttpSession session;
  private final boolean restarts;

  /** In seconds; 0 or less means that the session never times out. */
  private final int own;

  @GuardedBy("this")
  private long nextMillis;

  Interval(HttpSession session) {
    this.session = session;
    restarts = Undertow.owns(session);
    Object set = session.getAttribute(OWN);
    own = set instanceof Integer kept ? kept : session.getMaxInactiveInterval();
  }

  /** Extends the session's life, if half of its own interval has passed since the last time. */
  synchronized void extend(long epochMillis) {
    if (own <= 0 || epochMillis < nextMillis) {
      return;
    }
    nextMillis = epochMillis + Math.max(500, own * 1000L / 2);
    session.setAttribute(OWN, own);
    long idleSeconds = Math.max(0, (epochMillis - session.getLastAccessedTime() + 999) / 1000);
    session.setMaxInactiveInterval(
        (int) Math.min(Integer.MAX_VALUE, restarts ? own : idleSeconds + own));
  }

  /** Restores the session's own interval, because a request came. */
  static void restore(HttpSession session) {
    if (session.getAttribute(OWN) instanceof Integer own) {
      session.removeAttribute(OWN);
      session.setMaxInactiveInterval(own);
    }
  }

  /** Returns how many milliseconds the session will live if no request comes. */
  static long left(HttpSession session, long epochMillis) {
    int seconds = session.getMaxInactiveInterval();
    return seconds <= 0
        ? Long.MAX_VALUE
        : session.getLastAccessedTime() + seconds * 1000L - epochMillis;
  }
}
