package io.heartline.transport.websocket;

import org.jspecify.annotations.Nullable;

/** Recognizes Tomcat's objects among those of other containers. */
final class Tomcat {
  private Tomcat() {}

  /** Returns whether a session or a container belongs to Tomcat's WebSocket implementation. */
  static boolean made(@Nullable Object part) {
    return part != null && part.getClass().getName().startsWith("org.apache.tomcat.");
  }
}
