/** Every property: its name, where it may be set, its unit, default and limits. */
@NullMarked
package io.heartline.bootstrap.settings;

import org.jspecify.annotations.NullMarked;
