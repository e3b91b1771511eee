package io.heartline.transport.websocket;

import org.jspecify.annotations.Nullable;

/** Tells Tomcat's objects from those of other containers. */
final class Tomcat {
  private Tomcat() {}

  /** Returns whether a session or a container is of Tomcat's WebSocket. */
  static boolean made(@Nullable Object part) {
    return part != null && part.getClass().getName().startsWith("org.apache.tomcat.");
  }
}
