package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who comes through a door and what he asks for in its URL.
 *
 * @param user null if anonymous
 * @param since where to start reading the door's own channels; now where a channel is absent
 * @param textBeat how often a raw client wants to see a beat in text; null if never
 */
public record Arrival(
    @Nullable User user,
    Map<ChannelName, From> since,
    @Nullable Duration textBeat) {}
