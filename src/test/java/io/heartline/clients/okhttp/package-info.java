/** Is loaded by a class loader of its own, beside the version of OkHttp that it is tested with. */
@NullMarked
package io.heartline.clients.okhttp;

import org.jspecify.annotations.NullMarked;
