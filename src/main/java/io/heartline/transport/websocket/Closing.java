package io.heartline.transport.websocket;

import io.heartline.model.CloseStatus;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Closes a WebSocket session of the container, whatever state it is in. */
final class Closing {
  private static final Logger LOG = System.getLogger(Closing.class.getName());

  private Closing() {}

  static void close(Session session, CloseStatus status) {
    try {
      if (session.isOpen()) {
        session.close(
            new CloseReason(CloseReason.CloseCodes.getCloseCode(status.code()), status.reason()));
      }
    } catch (IOException | RuntimeException e) { // it was ending anyway
      LOG.log(Level.DEBUG, () -> "could not send close " + status + ": " + e);
    }
  }
}
