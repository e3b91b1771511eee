/** Who is kept out, on all nodes. */
@NullMarked
package io.heartline.store.redis.blocks;

import org.jspecify.annotations.NullMarked;
