package io.heartline.transport.websocket;

import jakarta.websocket.server.ServerEndpoint;

/** For clients of STOMP. Many offer no subprotocol, and some send binary messages. */
@ServerEndpoint(
    value = StompEndpoint.PATH,
    subprotocols = {"v12.stomp", "v11.stomp", "v10.stomp"},
    configurator = Handshake.class)
public final class StompEndpoint extends TextEndpoint {
  public static final String PATH = "/stomp";

  public StompEndpoint() {
    super(PATH, true);
  }
}
