/**
 * What only Tomcat offers: JMX over RMI and the Manager's JMX proxy, of which WildFly has neither.
 */
package io.heartline.container.tomcat;
