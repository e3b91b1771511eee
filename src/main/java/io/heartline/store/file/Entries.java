package io.heartline.store.file;

import io.heartline.model.Position;
import io.heartline.store.window.Ids;

/** What a file tells, in order: to a writer that encodes it, or to whoever replays it. */
interface Entries {
  /**
   * From here on a number stands for a channel.
   *
   * @param number valid in this file
   * @param base the position that the channel's next publication in this file follows
   */
  void channel(int number, String name, Position base);

  /**
   * A publication.
   *
   * @param channel its number
   * @param tag of its position
   */
  void publication(int channel, long offset, long tag, String data);

  /** A publisher's id was taken. */
  void id(Ids.Taken taken);

  /** A channel was forgotten. */
  void forgotten(String name, String epoch);

  /** So many times a channel was forgotten so far. */
  void generation(long generation);

  /** Nothing follows: the checkpoint is whole, or the store was closed. */
  void end();
}
