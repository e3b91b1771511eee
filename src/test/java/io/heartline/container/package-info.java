/**
 * The contract: the same tests in a real Tomcat 10.1, Tomcat 11 and WildFly, which are started and
 * fed by Arquillian with the packed WAR as it is. No client may notice which one it talks to.
 *
 * <p>One execution of failsafe per container, named like its qualifier in {@code arquillian.xml};
 * {@code resources/container/prepare} has given it the files of {@code deploy/}. What only one kind
 * offers is in a package of that name. Settings come from {@code heartline.properties} in the
 * deployment's data directory, so that each class has its own.
 */
package io.heartline.container;
