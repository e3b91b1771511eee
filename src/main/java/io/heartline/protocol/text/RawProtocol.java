package io.heartline.protocol.text;

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
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plain text frames, as the founding pages use them: {@code ping} and {@code HeartBeat} are
 * answered, publications arrive as bare data.
 */
public final class RawProtocol implements Protocol, Dialect {
  private static final Encoding BARE = RawProtocol::bare;

  private final Function<String, @Nullable String> otherwise;

  private RawProtocol(Function<String, @Nullable String> otherwise) {
    this.otherwise = otherwise;
  }

  /** Other texts are taken as signs of life and not answered. */
  public static RawProtocol quiet() {
    return new RawProtocol(text -> null);
  }

  /**
   * Other texts are answered with {@code Server: Received(<text>)}, as the mini programs' old
   * server does.
   */
  public static RawProtocol echoing() {
    return new RawProtocol(text -> "Server: Received(" + text + ")");
  }

  /** Nothing is remembered per line. */
  @Override
  public Dialect open() {
    return this;
  }

  @Override
  public Manner manner() {
    return Manner.RAW;
  }

  @Override
  public List<Command> decode(String message) {
    String answer = answer(message);
    return List.of(answer == null ? new Command.Beat() : new Command.Say(answer));
  }

  private @Nullable String answer(String message) {
    if (message.equals("ping")) {
      return "pong";
    }
    return message.equalsIgnoreCase("HeartBeat") ? "HeartBeat" : otherwise.apply(message);
  }

  @Override
  public @Nullable String encode(Push push) {
    return push.accept(RawPushes.WORDS).orElse(null);
  }

  @Override
  public Encoding publications(Subscription subscription) {
    return BARE;
  }

  private static List<String> bare(ChannelName channel, List<Publication> publications) {
    return publications.stream().map(Publication::data).map(JsonText::bare).toList();
  }

  @Override
  public @Nullable String separator() {
    return null;
  }
}
