/** The runnable WAR: a launcher of the JDK alone and a runner that embeds Tomcat. */
@NullMarked
package io.heartline.bootstrap.launch;

import org.jspecify.annotations.NullMarked;
