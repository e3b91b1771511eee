package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who comes through a door and what he asks for in its URL.
 *
 * @param user null if anonymous
 * @param since where to start reading the door's own channels; now where a channel is absent
 * @param textBeat how often a client wants to see a beat in text; null if he did not say
 * @param commands what a client who can only listen would have said; carried out as if he had
 */
public record Arrival(
    @Nullable User user,
    Map<ChannelName, From> since,
    @Nullable Duration textBeat,
    List<Command> commands) {

  /** Of a client who can speak for himself. */
  public Arrival(@Nullable User user, Map<ChannelName, From> since, @Nullable Duration textBeat) {
    this(user, since, textBeat, List.of());
  }
}
