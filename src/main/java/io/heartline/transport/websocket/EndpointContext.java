package io.heartline.transport.websocket;

import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.transport.session.SessionLines;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints need to let somebody in. The container makes endpoints and their configurator by
 * itself, so they fetch it here: one per class loader, so one per deployment.
 *
 * @param doors by the path of their endpoint
 * @param sessions which lines belong to which HTTP session
 * @param messageBytes the largest message that is read
 * @param unfinished what begun messages may take
 * @param writeTimeout how long Tomcat may wait for a socket during a write
 * @param patience of Tomcat with peers that do not read
 * @param frames for lines whose socket is written to by ourselves; null if none is
 */
public record EndpointContext(
    Engine engine,
    Map<String, Door> doors,
    SessionLines sessions,
    int messageBytes,
    Unfinished unfinished,
    Duration writeTimeout,
    Patience patience,
    @Nullable Frames frames) {
  private static volatile @Nullable EndpointContext open;

  /** Lets endpoints in from now on. */
  public static void open(EndpointContext context) {
    open = context;
  }

  /** Lets nobody in any more. */
  public static void shut() {
    open = null;
  }

  /** Returns null before the start and after the stop. */
  static @Nullable EndpointContext current() {
    return open;
  }
}
