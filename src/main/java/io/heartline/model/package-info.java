/** The basic values: names, positions, publications, users, close codes. Needs only the JDK. */
@NullMarked
package io.heartline.model;

import org.jspecify.annotations.NullMarked;
