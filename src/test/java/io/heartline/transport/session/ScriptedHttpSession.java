package io.heartline.transport.session;

import io.heartline.model.TimeSource;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An HTTP session that lives in no container: its id, its times, and what was asked of it. */
public final class ScriptedHttpSession {
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();

  public volatile String id;
  public volatile boolean ended;
  public volatile long accessedMillis;
  public volatile int intervalSeconds = 1800;

  /** How often its interval was set. */
  public volatile int extensions;

  /** Run once, by whoever asks for the id next, before they are answered with the old one. */
  public volatile Runnable onGetId = () -> {};

  /** The same for its interval. */
  public volatile Runnable onGetInterval = () -> {};

  public ScriptedHttpSession(String id, TimeSource time) {
    this.id = id;
    accessedMillis = time.epochMicros() / 1000;
  }

  public final HttpSession session = (HttpSession) Proxy.newProxyInstance(
      getClass().getClassLoader(),
      new Class<?>[] {HttpSession.class},
      (proxy, method, args) -> switch (method.getName()) {
        case "getId" -> id();
        case "getMaxInactiveInterval" -> interval();
        case "setMaxInactiveInterval" -> {
          checkAlive();
          extensions++;
          intervalSeconds = (Integer) args[0];
          yield null;
        }
        case "getLastAccessedTime" -> {
          checkAlive();
          yield accessedMillis;
        }
        case "getAttribute" -> {
          checkAlive();
          yield attributes.get((String) args[0]);
        }
        case "setAttribute" -> {
          checkAlive();
          yield attributes.put((String) args[0], args[1]);
        }
        case "removeAttribute" -> {
          checkAlive();
          yield attributes.remove((String) args[0]);
        }
        case "getServletContext" -> (ServletContext) null;
        default -> throw new AssertionError("unexpected: " + method);
      });

  private String id() {
    String now = id;
    Runnable hook = onGetId;
    onGetId = () -> {};
    hook.run();
    return now;
  }

  private int interval() {
    int now = intervalSeconds;
    Runnable hook = onGetInterval;
    onGetInterval = () -> {};
    hook.run();
    return now;
  }

  private void checkAlive() {
    if (ended) {
      throw new IllegalStateException("the session has ended");
    }
  }

  public boolean hasAttributes() {
    return !attributes.isEmpty();
  }

  HttpSessionEvent event() {
    return new HttpSessionEvent(session);
  }

  /** Gives it another id, as a log-in does, and tells of it. */
  void changeId(String next, SessionLines lines) {
    String before = id;
    id = next;
    lines.sessionIdChanged(event(), before);
  }

  /** Ends it, as a log-out does: what listens may still read it. */
  void end(SessionLines lines) {
    lines.sessionDestroyed(event());
    ended = true;
  }
}
