package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Where channels keep their publications: the port that each engine (memory, file, Redis)
 * implements. Readers see a publication, in order, only once it is committed; what was refused is
 * never seen by anybody.
 */
public interface Store extends AutoCloseable {
  /**
   * Appends all drafts or none. A store whose channels live apart (on several servers) cannot
   * promise that for drafts of different channels: there all drafts of one channel are appended or
   * none, and a failure means that some channels may have theirs. The publisher then repeats the
   * call with the same ids: what was appended keeps its position, and the rest is appended. A draft
   * whose id its channel has taken before, as long as the store remembers ids, is not appended
   * again: its position is the one it was given then, also while that first one is still under way.
   *
   * @return one position per draft once all are committed and can be read; fails with
   *     {@link Unavailable} if they could not be
   */
  CompletionStage<List<Position>> append(List<Draft> drafts);

  /**
   * Opens a channel for reading and finds out where a reader starts who wants to start at
   * {@code from}. While the view is open the channel is not forgotten; one that does not exist is
   * made. Called under no lock: an engine that keeps channels elsewhere fetches this one first.
   * What is committed after the answer's start is read from the view.
   *
   * @return fails with {@link Unavailable} if the channel cannot be read now
   */
  CompletionStage<Opened> open(ChannelName channel, From from);

  /**
   * Sets who is told that a channel's committed head has moved; called by the committing thread,
   * must return at once.
   */
  void watch(Consumer<ChannelName> committed);

  /**
   * Returns why no publication will be taken any more until a restart; empty as long as the store
   * works. What is committed can be read on.
   */
  default Optional<String> failure() {
    return Optional.empty();
  }

  /** Drops what has outlived its age; called now and then. */
  void sweep();

  @Override
  void close();

  /**
   * A channel that was opened.
   *
   * @param start where its reader starts
   */
  record Opened(View view, Start start) {}

  /** A channel opened for reading. Thread-safe; no method waits for anything. */
  interface View extends AutoCloseable {
    /** Returns where the newest committed publication stands. */
    Position head();

    /**
     * Returns what lies after a position, about {@code maxBytes} of it and at least one publication
     * if there is one.
     */
    Reading read(Position after, int maxBytes);

    @Override
    void close();
  }

  /** The store cannot take publications now. */
  final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message);
    }
  }
}
