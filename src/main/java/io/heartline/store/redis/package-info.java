/**
 * What several nodes share, kept in Redis 7 or Valkey: the way there, scripts, and what is heard
 * from other nodes. What uses it lies in packages of their own below this one.
 */
@NullMarked
package io.heartline.store.redis;

import org.jspecify.annotations.NullMarked;
