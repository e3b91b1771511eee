package io.heartline.protocol;

import io.heartline.model.ChannelName;
import io.heartline.model.Publication;
import java.util.List;

/**
 * How publications look to all lines of one protocol. Compared by identity: lines at the same
 * cursor share the texts.
 */
public interface Encoding {
  /**
   * Returns the texts for consecutive publications of one channel, in order.
   *
   * @param publications at least one
   */
  List<String> encode(ChannelName channel, List<Publication> publications);
}
