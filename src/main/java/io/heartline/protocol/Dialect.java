package io.heartline.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one line speaks. A protocol without state per line hands the same one to all.
 *
 * <p>{@link #decode} is called by one thread at a time, in the order in which messages came. The
 * other methods are called by one thread at a time as well, possibly while {@code decode} runs.
 */
public interface Dialect {
  /** Returns what this client can be told and says; the same as long as the line lives. */
  Manner manner();

  /**
   * Returns the commands in one message of the client, none if it holds only part of one. What
   * cannot be understood is {@link Command.Refused}, never an exception.
   */
  List<Command> decode(String message);

  /** Returns the text of a push, or null if this protocol has no words for it. */
  @Nullable
  String encode(Push push);

  /** Returns how the publications of a subscription are written. */
  Encoding publications(Subscription subscription);

  /**
   * Returns what stands between texts that travel in one frame, or null if each needs a frame of
   * its own.
   */
  @Nullable
  String separator();
}
