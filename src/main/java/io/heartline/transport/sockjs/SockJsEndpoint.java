package io.heartline.transport.sockjs;

import io.heartline.engine.Connection;
import io.heartline.engine.Door;
import io.heartline.engine.Line;
import io.heartline.model.CloseStatus;
import io.heartline.transport.websocket.EndpointContext;
import io.heartline.transport.websocket.TextEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket of a SockJS service, in frames or without them. */
public final class SockJsEndpoint extends TextEndpoint {
  /** How many times as long as its text a message may be: all characters may be escaped. */
  private static final int ESCAPED = 2;

  /** Characters of a message besides texts. */
  private static final int BRACKETS = 1024;

  private final SockJsService service;

  /** Null if messages are texts as they are. */
  private final @Nullable SockJsFrames frames;

  private @Nullable SockJsSocket socket;

  /** The largest text, in bytes; set before the first message comes. */
  private int textBytes;

  SockJsEndpoint(SockJsService service, @Nullable SockJsFrames frames) {
    super(service.base(), service.binary() && frames == null);
    this.service = service;
    this.frames = frames;
  }

  @Override
  protected Door door(EndpointContext context) {
    return service.door();
  }

  @Override
  protected int largest(int textBytes) {
    this.textBytes = textBytes;
    return frames == null ? textBytes : ESCAPED * textBytes + BRACKETS;
  }

  @Override
  protected Connection framing(Connection connection) {
    if (frames == null) {
      return connection;
    }
    SockJsSocket framing = new SockJsSocket(connection, frames);
    socket = framing;
    framing.open();
    return framing;
  }

  @Override
  protected void opened(Line line) {
    if (socket != null) {
      socket.opened(line);
    }
  }

  @Override
  protected void received(Line line, String message) {
    if (frames == null) {
      line.received(message);
    } else if (!message.isEmpty()) {
      try {
        List<String> texts = SentMessages.read(message, textBytes);
        line.ponged();
        texts.forEach(line::received);
      } catch (SentMessages.Broken broken) {
        if (socket != null) {
          socket.broken();
        }
        line.close(CloseStatus.malformed(broken.rule()));
      } catch (SentMessages.TooLarge larger) {
        line.close(CloseStatus.tooBig("message must have at most " + textBytes + " bytes"));
      }
    }
  }
}
