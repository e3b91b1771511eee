/** The roof: turns settings into objects, starts and stops them. Only this package knows all. */
@NullMarked
package io.heartline.bootstrap;

import org.jspecify.annotations.NullMarked;
