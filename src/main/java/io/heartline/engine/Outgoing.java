package io.heartline.engine;

import java.util.List;

/**
 * What one write carries.
 *
 * @param texts one message each; may be empty if {@code ping}
 * @param ping whether a protocol ping (RFC 6455, 5.5.2) follows
 * @param beat whether the client must answer any of it; nothing to the connection
 * @param publications how many are in it; nothing to the connection
 */
public record Outgoing(List<String> texts, boolean ping, boolean beat, int publications) {}
