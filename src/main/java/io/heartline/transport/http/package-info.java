/** What transports that travel in HTTP responses share, whatever their bytes mean. */
@NullMarked
package io.heartline.transport.http;

import org.jspecify.annotations.NullMarked;
