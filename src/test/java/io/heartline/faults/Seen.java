package io.heartline.faults;

import io.heartline.model.Position;
import org.jspecify.annotations.Nullable;

/** What a client was told of one channel, in the order in which its page would have used it. */
sealed interface Seen {
  /**
   * A line began to read.
   *
   * @param asked the position it asked for; null if it wanted to begin now
   * @param position where the server says that reading starts
   * @param reason why that is not where it asked for; null if it is
   */
  record Began(
      @Nullable Position asked, Position position, @Nullable String reason) implements Seen {}

  /**
   * A publication was handed to the page.
   *
   * @param position where it stands; null where the server has told the offset only
   */
  record Applied(long offset, @Nullable Position position, String value) implements Seen {}

  /**
   * The server pushed what does not follow: a repeat, which a page drops, or a hole, on which it
   * comes back. It loses nothing, but a line that resumed where it stood gives no reason for it.
   */
  record OutOfStep(long offset) implements Seen {}

  /** The page was told that something is missing. */
  record Gap(Position position, String reason) implements Seen {}
}
