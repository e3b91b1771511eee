/**
 * Server-sent events: an asynchronous servlet accepts, a connection writes without holding a
 * thread. For clients whose way does not let WebSockets through; nothing comes back from them.
 */
@NullMarked
package io.heartline.transport.sse;

import org.jspecify.annotations.NullMarked;
