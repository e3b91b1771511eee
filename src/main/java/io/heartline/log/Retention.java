package io.heartline.log;

import java.time.Duration;

/**
 * How much of a channel is kept; what exceeds any of the three goes, oldest first.
 *
 * @param count publications
 * @param age since their publication
 * @param bytes of memory, see {@link io.heartline.model.Publication#bytes()}
 */
public record Retention(int count, Duration age, long bytes) {}
