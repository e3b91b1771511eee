package io.heartline.protocol;

import io.heartline.model.ChannelName;
import io.heartline.model.Publication;
import java.util.List;

/**
 * How publications are written for a client. Compared by {@code equals}: lines at the same cursor
 * share the texts of equal encodings. So an encoding that differs per line is a record of what
 * differs.
 */
public interface Encoding {
  /**
   * Returns the texts for consecutive publications of one channel, in order.
   *
   * @param publications at least one
   */
  List<String> encode(ChannelName channel, List<Publication> publications);
}
