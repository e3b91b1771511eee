package io.heartline.transport.websocket;

import io.heartline.transport.session.UpgradeRequest;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;

/** What happens while a connection is upgraded: who came is handed on, compression is declined. */
public final class Handshake extends ServerEndpointConfig.Configurator {
  private static final String UPGRADE = "io.heartline.upgrade";

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
    UpgradeRequest upgrade = UpgradeRequest.current();
    if (upgrade != null) {
      config.getUserProperties().put(UPGRADE, upgrade);
    }
  }

  /** Returns who came; nobody known if no filter stood in the way. */
  static UpgradeRequest upgrade(Map<String, Object> userProperties) {
    return userProperties.get(UPGRADE) instanceof UpgradeRequest upgrade ? upgrade : UpgradeRequest.UNKNOWN;
  }
}
