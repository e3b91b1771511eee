/**
 * Clients for Java and Android, each with the library that its users have: what keeps their lines
 * open, what they see of a close and of a refusal, and the chapter's recipe.
 */
@NullMarked
package io.heartline.clients;

import org.jspecify.annotations.NullMarked;
