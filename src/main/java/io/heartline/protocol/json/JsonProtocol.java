package io.heartline.protocol.json;

import io.heartline.model.ChannelName;
import io.heartline.model.Publication;
import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Protocol;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;

/** {@code heartline.v1}, the subprotocol of our own page script. */
public final class JsonProtocol implements Protocol, Dialect {
  /** The name that pages ask for in {@code Sec-WebSocket-Protocol}. */
  public static final String NAME = "heartline.v1";

  /**
   * After this many invalid objects in a row the rest of a message is not read: refusing one costs
   * more than sending it.
   */
  private static final int MAX_REFUSED = 64;

  private static final Encoding PUSHES =
      (channel, publications) -> pushes(channel, publications, false);

  /** Nothing is remembered per line. */
  @Override
  public Dialect open() {
    return this;
  }

  @Override
  public Manner manner() {
    return Manner.CONVERSING;
  }

  @Override
  public List<Command> decode(String text) {
    String message = JsonText.withoutMark(text);
    List<Command> commands = new ArrayList<>(2);
    int from = 0;
    int refused = 0;
    while (from <= message.length() && refused < MAX_REFUSED) {
      int end = message.indexOf('\n', from);
      String object = end < 0 ? message.substring(from) : message.substring(from, end);
      if (!object.isBlank()) {
        Command command = CommandReader.read(object);
        refused = command instanceof Command.Refused ? refused + 1 : 0;
        commands.add(command);
      }
      from = end < 0 ? message.length() + 1 : end + 1;
    }
    return commands;
  }

  @Override
  public String encode(Push push) {
    return PushWriter.write(push);
  }

  @Override
  public Encoding publications(Subscription subscription) {
    return PUSHES;
  }

  /**
   * Returns one text for all publications.
   *
   * @param each whether each push carries the position to resume from, or only the last one, which
   *     is enough if a text arrives as a whole or not at all
   */
  static List<String> pushes(ChannelName channel, List<Publication> publications, boolean each) {
    StringBuilder text = new StringBuilder(publications.size() * 256);
    String start = "{\"channel\":\"" + channel + "\",\"offset\":"; // names need no escapes
    int last = publications.size() - 1;
    for (int i = 0; i <= last; i++) {
      Publication publication = publications.get(i);
      text.append(start).append(publication.offset());
      text.append(",\"time\":").append(publication.time());
      if (each || i == last) {
        text.append(",\"position\":\"").append(publication.position()).append('"');
      }
      String id = publication.id();
      if (id != null) {
        JsonText.appendQuoted(text.append(",\"id\":"), id);
      }
      text.append(",\"data\":").append(publication.data()).append(i == last ? "}" : "}\n");
    }
    return List.of(text.toString());
  }

  @Override
  public String separator() {
    return "\n";
  }
}
