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
import org.jspecify.annotations.Nullable;

/**
 * Knows which lines were opened under which HTTP session. Keeps sessions alive, warns pages and
 * closes lines, as the policy says. Sessions are looked up by id, and followed when the id changes,
 * as it does at every log-in.
 *
 * <p>A line is added once and removed once, when the line itself reports that it is gone. If the
 * line is gone already, it reports so at once. So no line can be left behind, whatever ends it and
 * whenever.
 */
public final class SessionLines implements HttpSessionListener, HttpSessionIdListener {
  /** How long before a session's end its pages are warned. */
  static final long WARNING_MILLIS = 60_000;

  /** How long the container may take to register that a stream's request has ended. */
  private static final long SETTLING_MILLIS = 60_000;

  /** Tolerated difference between the container's timestamps and ours. */
  private static final long TOLERANCE_MILLIS = 5_000;

  private final SessionPolicy policy;
  private final TimeSource time;

  /** The sessions that have lines, by id. */
  @GuardedBy("this")
  private final Map<String, Tended> sessions = new HashMap<>();

  /** Sessions whose last line is gone, until the container has registered that. */
  private final Queue<Left> left = new ConcurrentLinkedQueue<>();

  public SessionLines(SessionPolicy policy, TimeSource time) {
    this.policy = policy;
    this.time = time;
  }

  /** A line was opened under a session. Called once per line; the line may be gone already. */
  public void attach(HttpSession session, Line line) {
    Undertow.forgetConnections(session); // for each line: every upgrade adds a connection
    try {
      Tended tended = add(new Tended(session), line);
      line.whenGone(() -> detach(tended, line));
    } catch (IllegalStateException e) { // the session ended since the handshake
      line.close(CloseStatus.LOGGED_OUT);
    }
  }

  /**
   * Adds a line; returns the session it was added to.
   *
   * @param fresh used if the session has no lines yet
   */
  private synchronized Tended add(Tended fresh, Line line) {
    // Read under the lock: if the id changes later, we are told later and find the session here.
    String id = fresh.session.getId();
    Tended tended = sessions.computeIfAbsent(id, absent -> fresh);
    tended.id = id;
    tended.lines.add(line);
    return tended;
  }

  /**
   * Runs once per line, on whatever thread the line ends. So it does not call the session, where a
   * container might make it wait.
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

  /** Called without our lock: containers call us while they hold their own lock on the session. */
  private void tend(Tended tended) {
    try {
      if (!tended.seenAlive) {
        tended.session.getLastAccessedTime();
        tended.seenAlive = true;
      }
      if (policy == SessionPolicy.EXTEND) {
        tended.interval.extend(time.epochMicros() / 1000);
      } else if (policy == SessionPolicy.BIND && tended.login == null) {
        warn(tended);
      }
    } catch (IllegalStateException e) { // it ended, maybe before sessionDestroyed found it here
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

  /** Warns the pages; once more whenever a request has moved the session's end. */
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
    Tended ended;
    List<Line> lines; // a copy: each close removes its line from the session's list
    synchronized (this) {
      ended = sessions.remove(event.getSession().getId());
      lines = ended == null ? List.of() : List.copyOf(ended.lines);
    }
    if (ended == null || lines.isEmpty()) {
      return;
    }
    if (wasEnded(event.getSession())) {
      lines.forEach(line -> line.close(CloseStatus.LOGGED_OUT));
      linesOf(ended.login).forEach(line -> line.close(CloseStatus.LOGGED_OUT));
    } else if (ended.login != null) {
      lines.forEach(line -> line.close(CloseStatus.EXPIRED));
    } else if (policy != SessionPolicy.DETACH) {
      lines.forEach(line -> line.close(CloseStatus.LOGGED_OUT));
    }
  }

  /** WildFly ends only the first of the sessions that a login has here. */
  private synchronized List<Line> linesOf(@Nullable String login) {
    return login == null
        ? List.of()
        : sessions.values().stream()
            .filter(other -> login.equals(other.login))
            .flatMap(other -> other.lines.stream())
            .toList();
  }

  /** The user of a session has logged out, while the session lives on. */
  void loggedOut(HttpSession session) {
    List<Line> lines;
    synchronized (this) {
      Tended left = sessions.get(session.getId());
      lines = left == null ? List.of() : List.copyOf(left.lines);
    }
    lines.forEach(line -> line.close(CloseStatus.LOGGED_OUT));
  }

  /** Returns whether the session was ended by somebody: it still had time to live. */
  private boolean wasEnded(HttpSession session) {
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

  /** Returns the lines that were opened under the session with an id. */
  public synchronized List<Line> of(String id) {
    Tended tended = sessions.get(id);
    return tended == null ? List.of() : List.copyOf(tended.lines);
  }

  /** Returns how many sessions have lines. */
  synchronized int size() {
    return sessions.size();
  }

  /**
   * A session without lines. An event stream is a request, and Tomcat counts idle time from a
   * request's end. So whatever we added to the interval while the stream was open would come on
   * top.
   */
  private static final class Left {
    private final Tended tended;
    private final long sinceMillis;

    /** Extended for the last time: the session lives on for as long as it would after a request. */
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
      } catch (IllegalStateException e) { // the session ended
        return true;
      }
      return nowMillis - sinceMillis > SETTLING_MILLIS; // it had WebSockets: nothing to wait for
    }
  }

  /** A session with lines. */
  private static final class Tended {
    final HttpSession session;
    final Interval interval;

    /**
     * Which login to another application this session was made for; null if for none. That the
     * session times out says nothing about the login, which others may keep alive. So its lines are
     * asked to come back: if the login is still there, they get the next session.
     */
    final @Nullable String login;

    /** Guarded by the outer object. */
    final List<Line> lines = new ArrayList<>(1);

    /** Last access (epoch ms) for which the pages have already been warned. */
    volatile long warnedOf = Long.MIN_VALUE;

    /**
     * Seen alive after it was added here, so its end will be reported to us. Until then it may have
     * ended unnoticed.
     */
    volatile boolean seenAlive;

    /** Empty until a line is added; changes at log-in. Guarded by the outer object. */
    String id = "";

    Tended(HttpSession session) {
      this.session = session;
      interval = new Interval(session);
      login = SingleSignOnFilter.login(session);
    }
  }
}
