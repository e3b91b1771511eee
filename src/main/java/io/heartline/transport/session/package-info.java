/**
 * The bridge between HTTP sessions and lines. Containers close lines with 1008 when "their" HTTP
 * session ends, each by rules of its own, although pushes flow; so the session and the principal
 * are hidden from the container's WebSocket layer, and what becomes of a line is decided here.
 */
@NullMarked
package io.heartline.transport.session;

import org.jspecify.annotations.NullMarked;
