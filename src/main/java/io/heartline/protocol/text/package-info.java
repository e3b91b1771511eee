/** Raw text, which plain WebSocket clients such as the founding pages speak. */
@NullMarked
package io.heartline.protocol.text;

import org.jspecify.annotations.NullMarked;
