package io.heartline.protocol.json;

import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.List;

/** The objects of {@code heartline.v1} for clients that only listen. */
public final class EventsProtocol implements Protocol, Dialect {
  private static final Encoding PUSHES =
      (channel, publications) -> JsonProtocol.pushes(channel, publications, true);

  private final JsonProtocol objects = new JsonProtocol();

  /** Nothing is remembered per line. */
  @Override
  public Dialect open() {
    return this;
  }

  @Override
  public Manner manner() {
    return Manner.LISTENING;
  }

  /** These clients send nothing. */
  @Override
  public List<Command> decode(String message) {
    return List.of();
  }

  @Override
  public String encode(Push push) {
    return objects.encode(push);
  }

  /** A stream may break between two objects, so each one says where to resume. */
  @Override
  public Encoding publications(Subscription subscription) {
    return PUSHES;
  }

  @Override
  public String separator() {
    return objects.separator();
  }
}
