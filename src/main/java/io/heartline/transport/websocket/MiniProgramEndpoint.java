package io.heartline.transport.websocket;

import jakarta.websocket.server.ServerEndpoint;

/** Raw text for mini programs: sends a greeting, and answers each message. */
@ServerEndpoint(value = MiniProgramEndpoint.PATH, configurator = Handshake.class)
public final class MiniProgramEndpoint extends TextEndpoint {
  public static final String PATH = "/wss";

  public MiniProgramEndpoint() {
    super(PATH);
  }
}
