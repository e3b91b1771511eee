/**
 * A client for Java servers that publish and disconnect. It needs a JDK 17 or newer and nothing
 * else. Start at {@link io.heartline.client.HeartlineClient}.
 */
@NullMarked
package io.heartline.client;

import org.jspecify.annotations.NullMarked;
