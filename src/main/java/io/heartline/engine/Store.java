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
   * Appends all drafts or none. A draft whose id its channel has taken before, as long as the store
   * remembers ids, is not appended again: its position is the one it was given then, also while
   * that first one is still under way.
   *
   * @return one position per draft once all are committed and can be read; fails with
   *     {@link Unavailable} if they could not be
   */
  CompletionStage<List<Position>> append(List<Draft> drafts);

  /**
   * Opens a channel for reading; while a view is open the channel is not forgotten. Creates it if
   * there is none.
   */
  View open(ChannelName channel);

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

  /** A channel opened for reading. Thread-safe. */
  interface View extends AutoCloseable {
    /** Returns where the newest committed publication stands. */
    Position head();

    /** Returns where a reader starts who wants to start at {@code from}. */
    Start start(From from);

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
