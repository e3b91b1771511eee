/** Calls that wait for the one thread by which a store commits them, many at a time. */
@NullMarked
package io.heartline.store.requests;

import org.jspecify.annotations.NullMarked;
