/** What operators see and do through JMX: with Tomcat Manager's proxy, JConsole or any client. */
@NullMarked
package io.heartline.management;

import org.jspecify.annotations.NullMarked;
