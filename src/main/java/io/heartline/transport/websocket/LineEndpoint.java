package io.heartline.transport.websocket;

import io.heartline.protocol.json.JsonProtocol;
import jakarta.websocket.server.ServerEndpoint;

/** For our own page script. */
@ServerEndpoint(
    value = LineEndpoint.PATH,
    subprotocols = JsonProtocol.NAME,
    configurator = Handshake.class)
public final class LineEndpoint extends TextEndpoint {
  public static final String PATH = "/line";

  public LineEndpoint() {
    super(PATH);
  }

  @Override
  String subprotocol() {
    return JsonProtocol.NAME;
  }
}
