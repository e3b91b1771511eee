/** Who somebody is and what they may do: authenticators, keys, origins and rights. */
@NullMarked
package io.heartline.security;

import org.jspecify.annotations.NullMarked;
