package io.heartline.transport.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.model.TimeSource;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Which lines were opened under which HTTP session. Keeps sessions alive, warns, and closes, as the
 * policy says. Sessions are looked up by id, and followed when theirs changes, as it does at every
 * log-in.
 */
public final class SessionLines implements HttpSessionListener, HttpSessionIdListener {
  /** How long before its end a page is told. */
  static final long WARNING_MILLIS = 60_000;

  /** How long the container may take to count the end of a stream's request. */
  private static final long SETTLING_MILLIS = 60_000;

  /** Its clock is read a little before ours, or after. */
  private static final long CLOSE_MILLIS = 5_000;

  private final SessionPolicy policy;
  private final TimeSource time;

  @GuardedBy("this")
  private final Map<String, Tended> sessions = new HashMap<>();

  @GuardedBy("this")
  private final Map<Line, Tended> byLine = new HashMap<>();

  /** Sessions whose last line left a moment ago. */
  private final Queue<Left> left = new ConcurrentLinkedQueue<>();

  public SessionLines(SessionPolicy policy, TimeSource time) {
    this.policy = policy;
    this.time = time;
  }

  /** A line was opened under a session. */
  public void attach(HttpSession session, Line line) {
    Undertow.forgetConnections(session); // of each line: they are counted in at each upgrade
    try {
      Tended fresh = new Tended(session, session.getId());
      synchronized (this) {
        Tended tended = sessions.computeIfAbsent(fresh.id, absent -> fresh);
        tended.lines.add(line);
        byLine.put(line, tended);
      }
      if (line.isGone()) { // before it was known here
        detach(line);
      }
    } catch (IllegalStateException e) { // it ended between the handshake and now
      line.close(CloseStatus.LOGGED_OUT);
    }
  }

  /** A line is gone. */
  public void detach(Line line) {
    Tended tended;
    synchronized (this) {
      tended = byLine.remove(line);
      if (tended == null || !tended.lines.remove(line) || !tended.lines.isEmpty()) {
        return;
      }
      sessions.remove(tended.id, tended);
    }
    tend(tended); // a last time: the session lives on for as long as it would after a request
    if (policy == SessionPolicy.EXTEND) {
      left.add(new Left(tended.session, time.epochMicros() / 1000));
    }
  }

  /** Looks after all sessions; called every second or so. */
  public void tend() {
    List<Tended> all;
    synchronized (this) {
      all = List.copyOf(sessions.values());
    }
    all.forEach(this::tend);
    long now = time.epochMicros() / 1000;
    left.removeIf(one -> one.isSettled(now));
  }

  /** Without our lock: containers call us while they hold one of their own on the session. */
  private void tend(Tended tended) {
    try {
      if (policy == SessionPolicy.EXTEND) {
        tended.interval.extend(time.epochMicros() / 1000);
      } else if (policy == SessionPolicy.BIND) {
        warn(tended);
      }
    } catch (IllegalStateException e) { // it ended, before or after sessionDestroyed looked here
      over(tended);
    }
  }

  private void over(Tended tended) {
    List<Line> lines;
    synchronized (this) {
      sessions.remove(tended.id, tended);
      lines = List.copyOf(tended.lines);
    }
    lines.forEach(line -> line.close(CloseStatus.LOGGED_OUT));
  }

  /** Pages are told again whenever a request has moved the end. */
  private void warn(Tended tended) {
    long left = Interval.left(tended.session, time.epochMicros() / 1000);
    long lastAccess = tended.session.getLastAccessedTime();
    if (left <= WARNING_MILLIS && tended.warnedOf != lastAccess) {
      tended.warnedOf = lastAccess;
      List<Line> lines;
      synchronized (this) {
        lines = List.copyOf(tended.lines);
      }
      lines.forEach(line -> line.expiring(Math.max(0, left)));
    }
  }

  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    List<Line> lines; // a copy: each close takes its line off the session's
    synchronized (this) {
      Tended ended = sessions.remove(event.getSession().getId());
      lines = ended == null ? List.of() : List.copyOf(ended.lines);
    }
    if (!lines.isEmpty() && (policy != SessionPolicy.DETACH || loggedOut(event.getSession()))) {
      lines.forEach(line -> line.close(CloseStatus.LOGGED_OUT));
    }
  }

  /** A session that still had time to live was ended by somebody. */
  private boolean loggedOut(HttpSession session) {
    try {
      return Interval.left(session, time.epochMicros() / 1000) > 1_000;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Override
  public synchronized void sessionIdChanged(HttpSessionEvent event, String oldId) {
    Tended moved = sessions.remove(oldId);
    if (moved != null) {
      moved.id = event.getSession().getId();
      sessions.put(moved.id, moved);
    }
  }

  /**
   * A session without lines. A stream of events is a request, and Tomcat counts idle time from a
   * request's end: what the interval was extended by while the stream was open would come on top.
   */
  private record Left(HttpSession session, long sinceMillis) {
    boolean isSettled(long nowMillis) {
      try {
        if (session.getLastAccessedTime() >= sinceMillis - CLOSE_MILLIS) {
          Interval.restore(session);
          return true;
        }
      } catch (IllegalStateException e) { // it ended
        return true;
      }
      return nowMillis - sinceMillis > SETTLING_MILLIS; // a WebSocket's: nothing to wait for
    }
  }

  /** A session with lines. */
  private static final class Tended {
    final HttpSession session;
    final Interval interval;
    /** Guarded by the outer object. */
    final List<Line> lines = new ArrayList<>(1);

    /** The last access, since 1970, from which counted it ends soon, as its pages know. */
    volatile long warnedOf = Long.MIN_VALUE;

    /** Changes at log-in; guarded by the outer object. */
    String id;

    Tended(HttpSession session, String id) {
      this.session = session;
      this.id = id;
      interval = new Interval(session);
    }
  }
}
