/** The store that ends with the process: logs in memory, committed as soon as appended. */
@NullMarked
package io.heartline.store.memory;

import org.jspecify.annotations.NullMarked;
