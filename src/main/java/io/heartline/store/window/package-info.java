/**
 * What lines read from, whatever store lies under it: each channel's newest publications in memory,
 * bounded per channel and for all channels together, and the ids that were taken lately.
 *
 * <p>There is one lock for the names and their order of use, which each append takes briefly; one
 * lock per channel for its log; and one lock for the ids. They are taken in this order, never the
 * other way round.
 */
@NullMarked
package io.heartline.store.window;

import org.jspecify.annotations.NullMarked;
