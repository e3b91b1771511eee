/** The seats that several nodes share, kept in Redis. */
@NullMarked
package io.heartline.store.redis.seats;

import org.jspecify.annotations.NullMarked;
