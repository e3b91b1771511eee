package io.heartline.transport.websocket;

import io.heartline.engine.Authenticator;
import io.heartline.model.User;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens while a connection is upgraded: who comes is found out, compression is declined. */
public final class Handshake extends ServerEndpointConfig.Configurator {
  private static final String USER = "io.heartline.user";

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
    Gate gate = Gate.current();
    if (gate != null) {
      gate.authenticator()
          .authenticate(new Seen(request))
          .ifPresent(user -> config.getUserProperties().put(USER, user));
    }
  }

  /** Returns who was recognised during the handshake, or null. */
  static @Nullable User user(Map<String, Object> userProperties) {
    return userProperties.get(USER) instanceof User user ? user : null;
  }

  private record Seen(HandshakeRequest request) implements Authenticator.Credentials {
    @Override
    public @Nullable String principal() {
      Principal principal = request.getUserPrincipal();
      return principal == null ? null : principal.getName();
    }

    @Override
    public List<String> header(String name) {
      return request.getHeaders().entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .flatMap(header -> header.getValue().stream())
          .toList();
    }
  }
}
