/** How text travels over the container's WebSockets: endpoints accept, connections write. */
@NullMarked
package io.heartline.transport.websocket;

import org.jspecify.annotations.NullMarked;
