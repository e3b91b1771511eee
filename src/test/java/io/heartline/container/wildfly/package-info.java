/** What only WildFly has: its management port, and rules of its own for quiet lines. */
package io.heartline.container.wildfly;
