/**
 * What the README and the chapters say is true: their commands are run, their lists are complete.
 */
@NullMarked
package io.heartline.docs;

import org.jspecify.annotations.NullMarked;
