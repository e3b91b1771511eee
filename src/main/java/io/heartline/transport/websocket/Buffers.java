package io.heartline.transport.websocket;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;

/**
 * The buffers that Tomcat keeps for each line to put incoming messages together: 24 KiB, which we
 * do not need since we take messages in parts. Undertow keeps none.
 */
public final class Buffers {
  /** Tomcat's own. */
  private static final int LARGEST = 8 * 1024;

  private static final int SMALLEST = 1024;

  /** So many parts the largest message may come in: they count as fragments do. */
  private static final int PARTS = 64;

  private Buffers() {}

  /**
   * Makes those of the lines to come small. Called once the container's WebSocket is there.
   *
   * @param messageBytes the largest message that is read
   */
  public static void shrink(ServletContext context, int messageBytes) {
    if (context.getAttribute(ServerContainer.class.getName()) instanceof ServerContainer container
        && Tomcat.made(container)) {
      int part = Math.max(SMALLEST, Math.min(messageBytes / PARTS, LARGEST));
      container.setDefaultMaxTextMessageBufferSize(part);
      container.setDefaultMaxBinaryMessageBufferSize(part);
    }
  }
}
