package io.heartline.transport.websocket;

import io.heartline.transport.session.UpgradeRequest;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs during an upgrade: passes on who the client is, answers subprotocols, declines compression.
 */
public class Handshake extends ServerEndpointConfig.Configurator {
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

  /**
   * Accepts the first of the door's subprotocols that the client asks for. A raw door has none and
   * accepts whatever the client names first: browsers end a line whose subprotocol is not answered.
   */
  @Override
  public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
    return requested.stream()
        .filter(name -> supported.isEmpty() || supported.contains(name))
        .findFirst()
        .orElse("");
  }

  @Override
  public void modifyHandshake(
      ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
    UpgradeRequest upgrade = UpgradeRequest.current();
    if (upgrade != null) {
      config.getUserProperties().put(UPGRADE, upgrade);
    }
  }

  /**
   * Returns who asked for the upgrade; null if our filter did not see the request. That must not be
   * taken for an anonymous client.
   */
  static @Nullable UpgradeRequest upgrade(Map<String, Object> userProperties) {
    return userProperties.get(UPGRADE) instanceof UpgradeRequest upgrade ? upgrade : null;
  }
}
