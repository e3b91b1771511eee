package io.heartline.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way of talking over text frames. Stateless, shared by all lines that speak it. */
public interface Protocol {
  /**
   * Returns the commands in one message of a client; what cannot be understood is
   * {@link Command.Refused}, never an exception.
   */
  List<Command> decode(String message);

  /** Returns the text of a push, or null if this protocol has no words for it. */
  @Nullable
  String encode(Push push);

  /** Returns how publications are written. */
  Encoding publications();

  /**
   * Returns what stands between texts that travel in one frame, or null if each needs a frame of
   * its own.
   */
  @Nullable
  String separator();

  /** Returns whether clients begin the conversation, and answer beats in text. */
  boolean pagesSpeak();

  /**
   * Returns whether clients are told in words where reading starts, of gaps, beats and good-byes.
   */
  default boolean hasWords() {
    return pagesSpeak();
  }

  /** Returns whether each write is to carry where its reader stands once it has read it. */
  default boolean marksPlaces() {
    return false;
  }
}
