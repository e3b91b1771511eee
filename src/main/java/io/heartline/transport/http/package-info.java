/** Shared by all transports that travel in HTTP responses, whatever their bytes mean. */
@NullMarked
package io.heartline.transport.http;

import org.jspecify.annotations.NullMarked;
