/**
 * The four services that the public test suite of the SockJS protocol asks for, served by the code
 * that serves our own bases. The application has no such services. To run the suite by hand, start
 * them, and then its script with {@code SOCKJS_URL=http://127.0.0.1:8081}:
 *
 * <pre>
 * mvn -q -DskipTests test-compile exec:java@sockjs-services -Dsockjs.services.port=8081
 * </pre>
 *
 * <p>68 of its 69 cases pass. The other one is a handshake of 2010 that no container speaks.
 */
package io.heartline.testing.sockjs;
