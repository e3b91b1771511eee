/** What lets people in and must be the same on all nodes: one-time tickets, and a secret. */
@NullMarked
package io.heartline.store.redis.secrets;

import org.jspecify.annotations.NullMarked;
