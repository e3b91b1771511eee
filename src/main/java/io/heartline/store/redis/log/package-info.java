/**
 * The store that several nodes share: channels lie in Redis. Each node keeps a copy of those that
 * its lines read.
 *
 * <p>All channels are divided into partitions. All of a partition lies on one server, so that a
 * script changes it in one step. For each partition a node has one thread that publishes
 * ({@link Publisher}), one that listens, and the channels that it follows ({@link Followed}).
 */
@NullMarked
package io.heartline.store.redis.log;

import org.jspecify.annotations.NullMarked;
