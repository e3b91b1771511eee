package io.heartline.protocol.stomp;

import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publications as MESSAGE frames for one subscription. Lines whose subscriptions have the same id,
 * destination and version share the frames.
 *
 * @param id of the subscription; null if the client gave none, as in 1.0
 * @param acknowledged whether the client says what it has taken
 */
record MessageEncoding(
    Version version, @Nullable String id, String destination, boolean acknowledged)
    implements Encoding {
  /** Characters of a frame besides its body, roughly. */
  private static final int HEADERS = 320;

  @Override
  public List<String> encode(ChannelName channel, List<Publication> publications) {
    List<String> frames = new ArrayList<>(publications.size());
    for (Publication publication : publications) {
      String data = publication.data();
      FrameWriter frame = new FrameWriter(version, "MESSAGE", HEADERS + data.length());
      head(frame, publication.position());
      frame
          .header("timestamp", String.valueOf(publication.time()))
          .header("publication-id", publication.id())
          .header(
              "content-type",
              data.charAt(0) == '"' ? "text/plain;charset=UTF-8" : "application/json");
      frames.add(frame.body(JsonText.bare(data)));
    }
    return frames;
  }

  /** Returns a frame without a body that says why something was missed, and where it goes on. */
  String gap(Position position, String reason) {
    FrameWriter frame = new FrameWriter(version, "MESSAGE", HEADERS);
    head(frame, position);
    return frame.header("gap", reason).body("");
  }

  private void head(FrameWriter frame, Position position) {
    String text = position.toString();
    frame
        .header("subscription", id)
        .header("message-id", text)
        .header("destination", destination)
        .header("position", text)
        .header("ack", acknowledged && version == Version.V1_2 ? ackId(text) : null);
  }

  /** Ids of acknowledgements say which subscription they are about. */
  private String ackId(String position) {
    return position + '/' + id;
  }
}
