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
 * implements. Readers see publications in order, and each only once it is committed. Nobody ever
 * sees one that was refused.
 */
public interface Store extends AutoCloseable {
  /**
   * Appends all drafts or none. A store that keeps its channels apart (on several servers) cannot
   * promise that for drafts of different channels. There, each channel takes all of its drafts or
   * none, and after a failure some channels may have theirs. The publisher then repeats the call
   * with the same ids: what was appended keeps its position, and the rest is appended.
   *
   * <p>A draft is not appended again if its channel has already taken its id, as long as the store
   * remembers ids. It gets the position that was given then, even while that first append is still
   * under way.
   *
   * @return one position per draft, once all are committed and can be read; fails with
   *     {@link Unavailable} if they could not be committed
   */
  CompletionStage<List<Position>> append(List<Draft> drafts);

  /**
   * Opens a channel for reading. Finds out where a reader that asks for {@code from} starts. While
   * the view is open the channel is not forgotten. A channel that does not exist is made. Called
   * under no lock: an engine that keeps channels elsewhere fetches this one first. What is
   * committed after the answer's start is read from the view.
   *
   * @return fails with {@link Unavailable} if the channel cannot be read now
   */
  CompletionStage<Opened> open(ChannelName channel, From from);

  /**
   * Sets who is told that a channel's committed head has moved. It is called by the committing
   * thread and must return at once.
   */
  void watch(Consumer<ChannelName> committed);

  /**
   * Returns why no more publications are taken until a restart; empty as long as the store works.
   * What is committed can still be read.
   */
  default Optional<String> failure() {
    return Optional.empty();
  }

  /**
   * Returns why not all publications are taken now, fit for anybody to read; empty while they are.
   * Unlike a {@link #failure()}, which is told here too, a full disk passes: it is over once as
   * much fits as was refused, and the store notices that by itself, some seconds after it was asked
   * at the latest. Asking often costs nothing.
   */
  default Optional<String> problem() {
    return failure();
  }

  /** Drops what is too old to be retained; called now and then. */
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
    /** Returns the position of the newest committed publication. */
    Position head();

    /**
     * Returns what lies after a position, about {@code maxBytes} of it and at least one publication
     * if there is one.
     */
    Reading read(Position after, int maxBytes);

    @Override
    void close();
  }

  /** The store cannot take publications, or open a channel, now. */
  final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message);
    }
  }
}
