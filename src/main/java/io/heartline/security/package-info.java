/** Who somebody is and what he may: authenticators, keys, origins, rights. */
@NullMarked
package io.heartline.security;

import org.jspecify.annotations.NullMarked;
