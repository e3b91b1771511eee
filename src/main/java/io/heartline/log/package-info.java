/** The log of one channel and the arithmetic of cursors on it: pure, no threads, no clock. */
@NullMarked
package io.heartline.log;

import org.jspecify.annotations.NullMarked;
