/** Every property: its name, where it may stand, its unit, default and floor. */
@NullMarked
package io.heartline.bootstrap.settings;

import org.jspecify.annotations.NullMarked;
