package io.heartline.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one line speaks. A protocol without state per line gives the same dialect to all lines.
 *
 * <p>{@link #decode} is called by one thread at a time, in the order in which messages came. The
 * other methods are called by one thread at a time too, possibly while {@code decode} runs.
 */
public interface Dialect {
  /** Returns how this client talks; always the same for one line. */
  Manner manner();

  /**
   * Returns the commands in one message of the client; none if it holds only part of one. What
   * cannot be understood becomes a {@link Command.Refused}, never an exception.
   */
  List<Command> decode(String message);

  /**
   * Returns about how many bytes of heap are kept since what the client sent last ends in the
   * middle of something; 0 if it does not. Called by the thread that decodes.
   */
  default long midway() {
    return 0;
  }

  /**
   * Returns about how many bytes of heap are kept for commands that the client holds back until it
   * says so. Called by the thread that decodes.
   */
  default long heldBack() {
    return 0;
  }

  /**
   * Forgets all of both, for good; messages hold no commands from now on. Called by any thread,
   * even while {@code decode} runs.
   */
  default void forget() {}

  /** Returns the text of a push, or null if this protocol has no words for it. */
  @Nullable
  String encode(Push push);

  /** Returns how the publications of a subscription are written. */
  Encoding publications(Subscription subscription);

  /**
   * Returns what separates texts that travel in one frame, or null if each needs a frame of its
   * own.
   */
  @Nullable
  String separator();
}
