/**
 * Signed tokens (JWT, RFC 7519): where they are found, which keys may have signed them, and what
 * they say. Signatures and keys are checked by a library; what is accepted is decided here.
 */
@NullMarked
package io.heartline.security.jwt;

import org.jspecify.annotations.NullMarked;
