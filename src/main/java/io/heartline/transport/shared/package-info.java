/** What lines that write the same texts soon after each other share, whatever they travel on. */
@NullMarked
package io.heartline.transport.shared;

import org.jspecify.annotations.NullMarked;
