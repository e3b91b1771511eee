/** How text travels over a WebSocket of the container: endpoints accept, connections write. */
@NullMarked
package io.heartline.transport.websocket;

import org.jspecify.annotations.NullMarked;
