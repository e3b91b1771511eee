/**
 * Server-sent events: an asynchronous servlet accepts, and a connection writes without holding a
 * thread. For clients on networks that do not let WebSockets through. Clients cannot send anything
 * back.
 */
@NullMarked
package io.heartline.transport.sse;

import org.jspecify.annotations.NullMarked;
