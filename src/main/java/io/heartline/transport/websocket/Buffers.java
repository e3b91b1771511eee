package io.heartline.transport.websocket;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;

/**
 * Shrinks the buffers in which Tomcat assembles the incoming messages of each line: 24 KiB per
 * line, which we do not need since we take messages in parts. Undertow has no such buffers.
 */
public final class Buffers {
  /** Tomcat's default, in bytes. */
  private static final int LARGEST = 8 * 1024;

  private static final int SMALLEST = 1024;

  /** The number of parts the largest message may take: parts count like fragments. */
  private static final int PARTS = 64;

  private Buffers() {}

  /**
   * Makes the buffers of future lines small. Call once the container's WebSocket layer has started.
   *
   * @param messageBytes the largest message we accept
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
