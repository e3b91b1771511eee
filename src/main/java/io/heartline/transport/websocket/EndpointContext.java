package io.heartline.transport.websocket;

import io.heartline.engine.Door;
import io.heartline.engine.Engine;
import io.heartline.transport.session.SessionLines;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints need to open a line. The container creates the endpoints and their configurator,
 * so they fetch this from a static field: one per class loader, and so one per deployment.
 *
 * @param doors the doors by the path of their endpoint
 * @param sessions knows which lines belong to which HTTP session
 * @param messageBytes the largest message we accept
 * @param writeTimeout how long Tomcat may wait for a socket during a write
 * @param patience bounds how many peers that do not read may hold Tomcat's threads
 * @param frames for lines whose socket we write to directly; null if there are none
 */
public record EndpointContext(
    Engine engine,
    Map<String, Door> doors,
    SessionLines sessions,
    int messageBytes,
    Duration writeTimeout,
    Patience patience,
    @Nullable Frames frames) {
  private static volatile @Nullable EndpointContext open;

  /** Lets endpoints open lines from now on. */
  public static void open(EndpointContext context) {
    open = context;
  }

  /** Stops endpoints from opening lines. */
  public static void shut() {
    open = null;
  }

  /** Returns null before the start and after the stop. */
  static @Nullable EndpointContext current() {
    return open;
  }
}
