package io.heartline.engine;

import io.heartline.model.Block;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody is kept out.
 *
 * @param block null if they are not, or if it is unknown
 * @param unknown whether that cannot be said now
 */
record Barred(@Nullable Block block, boolean unknown) {
  /** @param found the block that was looked up; the stage fails only if it never should */
  static CompletionStage<Barred> of(CompletionStage<Optional<Block>> found) {
    return found.handle((block, failure) -> {
      if (failure == null) {
        return new Barred(block.orElse(null), false);
      }
      if (Outcome.cause(failure) instanceof Store.Unavailable) {
        return new Barred(null, true);
      }
      throw new CompletionException(Outcome.cause(failure));
    });
  }
}
