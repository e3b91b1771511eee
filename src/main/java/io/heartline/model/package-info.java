/**
 * The values of the field: names, positions, publications, users, close codes. Needs the JDK only.
 */
@NullMarked
package io.heartline.model;

import org.jspecify.annotations.NullMarked;
