/** Who is kept out, in a small file that is written anew with each change. */
@NullMarked
package io.heartline.store.blocks;

import org.jspecify.annotations.NullMarked;
