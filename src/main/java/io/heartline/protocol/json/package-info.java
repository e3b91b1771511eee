/** {@code heartline.v1}: JSON text frames, one or more objects per frame separated by newlines. */
@NullMarked
package io.heartline.protocol.json;

import org.jspecify.annotations.NullMarked;
