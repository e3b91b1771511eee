/**
 * What lines read from, whatever lies under it: each channel's newest publications in memory,
 * bounded for each and for all together, and the ids that were taken lately.
 *
 * <p>One lock for the names and their order of use, taken briefly by each append; one per channel
 * for its log; one for the ids. They are asked for in this order, never the other way round.
 */
@NullMarked
package io.heartline.store.window;

import org.jspecify.annotations.NullMarked;
