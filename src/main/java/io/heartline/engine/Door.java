package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.User;
import io.heartline.protocol.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint: which protocol is spoken there, and by which rules.
 *
 * @param name as in the settings, such as {@code user-channel}
 * @param beat how long a line may be silent in either direction before a beat is sent
 * @param greeting the first text of a raw line, or null
 * @param channels which channels a line reads from the start, given its user (null if anonymous)
 */
public record Door(
    String name,
    Protocol protocol,
    SeatPolicy seats,
    Duration beat,
    @Nullable String greeting,
    Function<@Nullable User, List<ChannelName>> channels) {}
