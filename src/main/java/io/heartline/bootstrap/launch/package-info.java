/** The runnable WAR: a launcher that needs only the JDK, and a runner that embeds Tomcat. */
@NullMarked
package io.heartline.bootstrap.launch;

import org.jspecify.annotations.NullMarked;
