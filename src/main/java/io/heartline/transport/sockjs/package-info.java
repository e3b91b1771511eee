/**
 * SockJS: several ways for text to travel in both directions, for clients whose network or browser
 * does not let WebSockets through. A session is one line, whatever it travels on, and holds no
 * messages: while its client is away between two requests, nothing is taken from the line's
 * cursors, so what waits is in the log.
 */
@NullMarked
package io.heartline.transport.sockjs;

import org.jspecify.annotations.NullMarked;
