/** What servers call over HTTP: publish, who am I, health. */
@NullMarked
package io.heartline.api;

import org.jspecify.annotations.NullMarked;
