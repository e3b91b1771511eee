/**
 * Real nginx, with the files of {@code deploy/nginx/} and those of old clients, in front of the
 * packed WAR.
 */
@NullMarked
package io.heartline.nginx;

import org.jspecify.annotations.NullMarked;
