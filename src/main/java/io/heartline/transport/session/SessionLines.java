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
 *
 * <p>A line is added once, and then taken off once, when the line itself tells that it is gone; a
 * line that was gone before tells so at once. So none can stay, whatever closes it, and whenever.
 */
public final class SessionLines implements HttpSessionListener, HttpSessionIdListener {
  /** How long before its end a page is told. */
  static final long WARNING_MILLIS = 60_000;

  /** How long the container may take to count the end of a stream's request. */
  private static final long SETTLING_MILLIS = 60_000;

  /** Tolerated difference between the container's timestamps and ours. */
  private static final long TOLERANCE_MILLIS = 5_000;

  private final SessionPolicy policy;
  private final TimeSource time;

  /** The sessions that have lines, by their ids. */
  @GuardedBy("this")
  private final Map<String, Tended> sessions = new HashMap<>();

  /** Sessions whose last line has left, until the container has counted that. */
  private final Queue<Left> left = new ConcurrentLinkedQueue<>();

  public SessionLines(SessionPolicy policy, TimeSource time) {
    this.policy = policy;
    this.time = time;
  }

  /** A line was opened under a session. Called once per line; the line may be gone already. */
  public void attach(HttpSession session, Line line) {
    Undertow.forgetConnections(session); // of each line: they are counted in at each upgrade
    try {
      Tended tended = add(new Tended(session), line);
      line.whenGone(() -> detach(tended, line));
    } catch (IllegalStateException e) { // it ended between the handshake and now
      line.close(CloseStatus.LOGGED_OUT);
    }
  }

  /**
   * Returns where it was added.
   *
   * @param fresh for a session that has no lines yet
   */
  private synchronized Tended add(Tended fresh, Line line) {
    // Asked under the lock: if it changes later, we are told later, and find the session here.
    String id = fresh.session.getId();
    Tended tended = sessions.computeIfAbsent(id, absent -> fresh);
    tended.id = id;
    tended.lines.add(line);
    return tended;
  }

  /**
   * Runs once per line, wherever that ends: it asks nothing of the session, which a container may
   * make it wait for.
   */
  private void detach(Tended tended, Line line) {
    synchronized (this) {
      tended.lines.remove(line);
      if (!tended.lines.isEmpty() || !sessions.remove(tended.id, tended)) {
        return;
      }
    }
    if (policy == SessionPolicy.EXTEND) {
      left.add(new Left(tended, time.epochMicros() / 1000));
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
      if (!tended.seenAlive) {
        tended.session.getLastAccessedTime();
        tended.seenAlive = true;
      }
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

  /** Returns how many sessions have lines. */
  synchronized int size() {
    return sessions.size();
  }

  /**
   * A session without lines. A stream of events is a request, and Tomcat counts idle time from a
   * request's end: what the interval was extended by while the stream was open would come on top.
   */
  private static final class Left {
    private final Tended tended;
    private final long sinceMillis;

    /** A last time: the session lives on for as long as it would after a request. */
    private boolean extended;

    Left(Tended tended, long sinceMillis) {
      this.tended = tended;
      this.sinceMillis = sinceMillis;
    }

    boolean isSettled(long nowMillis) {
      HttpSession session = tended.session;
      try {
        if (!extended) {
          extended = true;
          tended.interval.extend(nowMillis);
        }
        if (session.getLastAccessedTime() >= sinceMillis - TOLERANCE_MILLIS) {
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

    /** Last access (epoch ms) for which the pages have already been warned. */
    volatile long warnedOf = Long.MIN_VALUE;

    /**
     * It was alive after it had become known here, so its end is told. Before, it may have ended
     * unseen.
     */
    volatile boolean seenAlive;

    /** Empty until a line was added; changes at log-in. Guarded by the outer object. */
    String id = "";

    Tended(HttpSession session) {
      this.session = session;
      interval = new Interval(session);
    }
  }
}
