package io.heartline.engine;

import org.jspecify.annotations.Nullable;

/**
 * Who sits: a plain value, so that it can be kept outside this process. Its line may be on another
 * node, or gone without having been taken off the book.
 *
 * @param node where the line is
 * @param line the line's id, unique among all nodes and runs
 * @param claim the number of the claim by which it sits; of two claims of one seat the newer has
 *     the higher number
 * @param instance the name that the page gives itself; null for clients that give none
 */
public record Holder(
    String node, String line, long claim, @Nullable String instance) {}
