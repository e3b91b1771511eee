package io.heartline.transport.sockjs;

import io.heartline.model.User;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions over HTTP of one service. The id of a session can be guessed and proves nothing. So
 * a session is found only by the user that opened it; for anybody else there is none of that id.
 */
final class SockJsSessions {
  /**
   * How a session is found.
   *
   * @param user null if anonymous
   */
  record Key(String id, @Nullable User user) {}

  private final SockJsService service;
  private final SockJsContext context;
  private final ConcurrentMap<Key, SockJsSession> sessions = new ConcurrentHashMap<>();

  SockJsSessions(SockJsService service, SockJsContext context) {
    this.service = service;
    this.context = context;
  }

  @Nullable
  SockJsSession find(Key key) {
    return sessions.get(key);
  }

  /**
   * Returns whether there is room for another session. Those that have ended are remembered for a
   * while, so there may be more of them than lines.
   */
  boolean hasRoom() {
    return sessions.size() < 2L * context.engine().limits().lines();
  }

  /**
   * Adds a session; returns the one that is there, which may have been added by another request.
   */
  SockJsSession add(Key key, @Nullable String origin) {
    SockJsSession fresh = new SockJsSession(
        context.engine().timers(),
        context.time(),
        service.timeout(),
        service.responseBytes(),
        origin,
        ended -> sessions.remove(key, ended));
    SockJsSession before = sessions.putIfAbsent(key, fresh);
    return before == null ? fresh : before;
  }
}
