/** The HTTP interface: publish, history, positions, drain, who am I, health and the demo. */
@NullMarked
package io.heartline.api;

import org.jspecify.annotations.NullMarked;
