package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.protocol.Command;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who comes through a door and what they ask for in their URL.
 *
 * @param address where the client is: as a trusted proxy says, else as the container does; fit for
 *     a log line
 * @param identity who they are, as far as their request proves it; may be found out later
 * @param heads the heads of the door's own channels, from before the client could know that it is
 *     let in. Reading starts there, so that nothing published since is missed. A channel that is
 *     absent is read from the moment it is opened
 * @param since where the client wants to start the door's own channels, as
 *     {@link io.heartline.protocol.Since} reads it; takes precedence over {@code heads}; empty if
 *     it did not say
 * @param textBeat how often a client wants to see a beat in text; null if it did not say
 * @param was as whom a client that can only listen was welcomed last; null if it was nobody, or did
 *     not say. It is refused if it is somebody else now
 * @param commands what a client that can only listen would have said; carried out as if it had
 */
public record Arrival(
    String address,
    CompletionStage<Authenticator.Verdict> identity,
    CompletionStage<Map<ChannelName, From>> heads,
    String since,
    @Nullable Duration textBeat,
    @Nullable String was,
    List<Command> commands) {
  /** One that does not say as whom it was welcomed last. */
  public Arrival(
      String address,
      CompletionStage<Authenticator.Verdict> identity,
      CompletionStage<Map<ChannelName, From>> heads,
      String since,
      @Nullable Duration textBeat,
      List<Command> commands) {
    this(address, identity, heads, since, textBeat, null, commands);
  }

  /** Returns the positions after which a client that can only listen wants to read. */
  Map<ChannelName, Position> asked() {
    Map<ChannelName, Position> asked = new LinkedHashMap<>();
    for (Command command : commands) {
      if (command instanceof Command.Subscribe subscribe
          && subscribe.from() instanceof From.After after) {
        asked.put(subscribe.subscription().channel(), after.position());
      }
    }
    return asked;
  }
}
