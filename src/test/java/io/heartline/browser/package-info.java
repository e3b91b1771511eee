/** Real pages in real browsers, against the packed WAR run as a process of its own. */
@NullMarked
package io.heartline.browser;

import org.jspecify.annotations.NullMarked;
