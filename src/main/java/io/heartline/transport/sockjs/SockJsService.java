package io.heartline.transport.sockjs;

import io.heartline.engine.Door;
import java.time.Duration;
import java.util.List;

/**
 * What is served below one base URL.
 *
 * @param base the path of its URLs below the context, without a slash at its end
 * @param door through which its lines are opened
 * @param subprotocols which of those a client of a WebSocket without frames may ask for; if empty,
 *     any
 * @param binary whether such a client may send binary messages, which are read as text
 * @param webSocket whether WebSockets are served
 * @param legacy whether what only browsers of long ago need is served: htmlfile, jsonp and iframes
 * @param cookie whether answers about sessions set {@code JSESSIONID}, so that a balancer which
 *     goes by it sends all requests of a client to one node
 * @param responseBytes after how many bytes of frames a response ends
 * @param timeout how long a session lives without a request that waits for frames
 */
public record SockJsService(
    String base,
    Door door,
    List<String> subprotocols,
    boolean binary,
    boolean webSocket,
    boolean legacy,
    boolean cookie,
    int responseBytes,
    Duration timeout) {
  /** After how many bytes a response ends by default, so that browsers need not keep them. */
  public static final int RESPONSE_BYTES = 128 * 1024;

  /** How long a session lives by default without a request that waits for frames. */
  public static final Duration TIMEOUT = Duration.ofSeconds(5);

  public SockJsService {
    subprotocols = List.copyOf(subprotocols);
  }

  /** Returns whether a transport is served. */
  boolean serves(Transport transport) {
    return transport == Transport.WEBSOCKET ? webSocket : legacy || !transport.legacy();
  }
}
