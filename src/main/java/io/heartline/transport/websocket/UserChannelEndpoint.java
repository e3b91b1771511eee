package io.heartline.transport.websocket;

import jakarta.websocket.server.ServerEndpoint;

/** Raw text for a user, with a seat. */
@ServerEndpoint(value = UserChannelEndpoint.PATH, configurator = Handshake.class)
public final class UserChannelEndpoint extends TextEndpoint {
  public static final String PATH = "/ws/user-channel";

  public UserChannelEndpoint() {
    super(PATH);
  }
}
