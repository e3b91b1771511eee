/**
 * Nothing is lost, nothing comes twice: what clients applied and what publishers were answered is
 * written down while everything that can break is broken, and a checker judges it.
 */
@NullMarked
package io.heartline.faults;

import org.jspecify.annotations.NullMarked;
