/** The roof: turns settings into objects, starts and stops them. The only place that knows all. */
@NullMarked
package io.heartline.bootstrap;

import org.jspecify.annotations.NullMarked;
