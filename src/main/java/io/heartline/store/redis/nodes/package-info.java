/**
 * What nodes know of each other: who lives, by leases in Redis, and what they say to each other.
 */
@NullMarked
package io.heartline.store.redis.nodes;

import org.jspecify.annotations.NullMarked;
