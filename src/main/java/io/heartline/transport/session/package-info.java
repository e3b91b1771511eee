/**
 * The bridge between HTTP sessions and lines. Containers close lines with 1008 when "their" HTTP
 * session ends, each by its own rules, even while pushes flow. So we hide the session and the
 * principal from the container's WebSocket layer and decide here what happens to a line.
 */
@NullMarked
package io.heartline.transport.session;

import org.jspecify.annotations.NullMarked;
