/**
 * What the tests of HTTP sessions put into the WAR, as a library of the application: Heartline
 * makes no session and logs nobody in by itself.
 */
package io.heartline.container.probe;
