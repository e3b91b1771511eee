package io.heartline.transport.websocket;

import jakarta.websocket.server.ServerEndpoint;

/** Raw text for everybody. */
@ServerEndpoint(value = UpdatesEndpoint.PATH, configurator = Handshake.class)
public final class UpdatesEndpoint extends TextEndpoint {
  public static final String PATH = "/updatewebsocket";

  public UpdatesEndpoint() {
    super(PATH);
  }
}
