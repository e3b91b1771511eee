package io.heartline.log;

import java.time.Duration;

/**
 * How much of a channel is kept. What exceeds any of the three limits is dropped, oldest first.
 *
 * @param count the most publications
 * @param age how long each is kept after it was published
 * @param bytes the most bytes of memory, see {@link io.heartline.model.Publication#bytes()}
 */
public record Retention(int count, Duration age, long bytes) {}
