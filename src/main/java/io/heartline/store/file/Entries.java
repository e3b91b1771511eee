package io.heartline.store.file;

import io.heartline.model.Position;
import io.heartline.store.window.Ids;
import org.jspecify.annotations.Nullable;

/** The entries of a file, in order: given to what encodes them, or to what replays them. */
interface Entries {
  /**
   * From here on, this number means this channel.
   *
   * @param number valid in this file
   * @param base the position that the channel's next publication in this file follows
   */
  void channel(int number, String name, Position base);

  /**
   * A publication.
   *
   * @param channel the channel's number
   * @param tag the tag of its position
   * @param id its publisher's own; null if there is none
   */
  void publication(int channel, long offset, long tag, @Nullable String id, String data);

  /** A publisher's id was taken. */
  void id(Ids.Taken taken);

  /** A channel was forgotten. */
  void forgotten(String name, String epoch);

  /** The generation so far: it rises whenever a channel is forgotten. */
  void generation(long generation);

  /** Nothing follows: the checkpoint is whole, or the store was closed. */
  void end();
}
