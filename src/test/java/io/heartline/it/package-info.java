/** The packed WAR, run as a process of its own and touched from outside only. */
@NullMarked
package io.heartline.it;

import org.jspecify.annotations.NullMarked;
