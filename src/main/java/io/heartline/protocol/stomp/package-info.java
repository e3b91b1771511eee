/**
 * STOMP 1.0, 1.1 and 1.2 (https://stomp.github.io/). A destination {@code /topic/x} is the channel
 * {@code x}, {@code /user/queue/...} is the user's own channel.
 *
 * <p>Two things go beyond STOMP, in headers that other clients ignore. Each MESSAGE has a
 * {@code position}, and a SUBSCRIBE with {@code after:<position>} gets everything that was
 * published after it; {@code last:<n>} starts n publications back. If that cannot be served, a
 * MESSAGE without a body has the header {@code gap} with the reason, and its {@code position} is
 * where reading goes on.
 */
@NullMarked
package io.heartline.protocol.stomp;

import org.jspecify.annotations.NullMarked;
