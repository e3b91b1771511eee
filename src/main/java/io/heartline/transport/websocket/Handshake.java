package io.heartline.transport.websocket;

import io.heartline.transport.session.UpgradeRequest;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;

/** Runs during an upgrade: passes on who the client is, and declines compression. */
public final class Handshake extends ServerEndpointConfig.Configurator {
  private static final String UPGRADE = "io.heartline.upgrade";

  /**
   * Accepts every origin. The filter in front has checked it and answers with the rule; a container
   * would answer with a bare 403 or 404.
   */
  @Override
  public boolean checkOrigin(String origin) {
    return true;
  }

  /**
   * Accepts no extension. Tomcat would accept whatever a browser offers, and permessage-deflate
   * costs some 100 to 300 KB per line there.
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

  /** Returns who asked for the upgrade; {@link UpgradeRequest#UNKNOWN} if no filter ran before. */
  static UpgradeRequest upgrade(Map<String, Object> userProperties) {
    return userProperties.get(UPGRADE) instanceof UpgradeRequest upgrade
        ? upgrade
        : UpgradeRequest.UNKNOWN;
  }
}
