package io.heartline.transport.websocket;

import io.heartline.transport.session.Visitor;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;

/** What happens while a connection is upgraded: who came is handed on, compression is declined. */
public final class Handshake extends ServerEndpointConfig.Configurator {
  private static final String VISITOR = "io.heartline.visitor";

  /**
   * Origins are checked by the filter in front, with an answer that names the rule: a container
   * would say a bare 403 or 404.
   */
  @Override
  public boolean checkOrigin(String origin) {
    return true;
  }

  /**
   * None: permessage-deflate costs some 100 to 300 KB per line on Tomcat, which would accept
   * whatever a browser offers.
   */
  @Override
  public List<Extension> getNegotiatedExtensions(
      List<Extension> installed, List<Extension> requested) {
    return List.of();
  }

  @Override
  public void modifyHandshake(
      ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
    Visitor visitor = Visitor.current();
    if (visitor != null) {
      config.getUserProperties().put(VISITOR, visitor);
    }
  }

  /** Returns who came; nobody known if no filter stood in the way. */
  static Visitor visitor(Map<String, Object> userProperties) {
    return userProperties.get(VISITOR) instanceof Visitor visitor ? visitor : Visitor.UNKNOWN;
  }
}
