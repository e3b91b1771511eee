package io.heartline.transport.sockjs;

import io.heartline.transport.websocket.Handshake;
import org.jspecify.annotations.Nullable;

/** Makes the endpoints of one service. */
final class SockJsHandshake extends Handshake {
  private final SockJsService service;
  private final @Nullable SockJsFrames frames;

  /** @param frames null if messages are texts as they are */
  SockJsHandshake(SockJsService service, @Nullable SockJsFrames frames) {
    this.service = service;
    this.frames = frames;
  }

  @Override
  public <T> T getEndpointInstance(Class<T> type) {
    return type.cast(new SockJsEndpoint(service, frames));
  }
}
