package io.heartline.protocol.stomp;

import io.heartline.protocol.Dialect;
import io.heartline.protocol.Protocol;
import java.util.List;

/** STOMP 1.0, 1.1 and 1.2. */
public final class StompProtocol implements Protocol {
  /** What clients ask for in {@code Sec-WebSocket-Protocol}, the best first; none will do too. */
  public static final List<String> NAMES = List.of("v12.stomp", "v11.stomp", "v10.stomp");

  private final Sends sends;
  private final int maxBodyBytes;

  /**
   * @param sends what becomes of what clients send, each destination once; all else is dropped
   * @param maxBodyBytes the largest body of a frame, in bytes of UTF-8
   */
  public StompProtocol(List<SendRule> sends, int maxBodyBytes) {
    this.sends = new Sends(sends);
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public Dialect open() {
    return new StompDialect(sends, maxBodyBytes);
  }
}
