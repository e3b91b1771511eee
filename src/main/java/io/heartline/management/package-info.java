/** What operators see and do through JMX: Tomcat Manager's proxy, JConsole, any JMX client. */
@NullMarked
package io.heartline.management;

import org.jspecify.annotations.NullMarked;
