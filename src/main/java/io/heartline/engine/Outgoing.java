package io.heartline.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one write carries.
 *
 * @param texts one message each; may be empty if {@code ping}
 * @param ping whether a protocol ping (RFC 6455, 5.5.2) follows
 * @param beat whether the client must answer any of it; connections ignore it
 * @param publications how many are in it; connections ignore it
 * @param places the position in each channel once the reader has read this, as
 *     {@link io.heartline.protocol.Since} writes it; null if that has not changed, or the protocol
 *     does not ask for it
 */
public record Outgoing(
    List<String> texts,
    boolean ping,
    boolean beat,
    int publications,
    @Nullable String places) {

  /** Returns how many characters the texts have. */
  public int chars() {
    int chars = 0;
    for (int i = 0; i < texts.size(); i++) {
      chars += texts.get(i).length();
    }
    return chars;
  }
}
