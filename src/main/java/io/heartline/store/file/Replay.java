package io.heartline.store.file;

import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.window.Ids;
import io.heartline.store.window.Window;
import io.heartline.store.window.Windows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills the windows with what the files hold. A checkpoint is written while publications go on, so
 * a segment may repeat what the checkpoint has: repetitions are skipped, a hole is an error.
 */
final class Replay implements Entries {
  /** A channel, and how far this file has got in it. */
  private static final class Told {
    final ChannelName name;
    Position at;

    Told(ChannelName name, Position at) {
      this.name = name;
      this.at = at;
    }
  }

  private final Windows windows;
  private final long now;

  /** The channels of the file that is being read; a channel's index is its number. */
  private final List<Told> channels = new ArrayList<>();

  private boolean ended;
  private long publications;

  Replay(Windows windows, long now) {
    this.windows = windows;
    this.now = now;
  }

  /** Begins another file. */
  void nextFile() {
    channels.clear();
    ended = false;
  }

  /** Returns how many numbers the file has given to channels. */
  int numbers() {
    return channels.size();
  }

  /** Returns whether the last entry was the end. */
  boolean ended() {
    return ended;
  }

  /** Returns how many publications were read, repeated ones included. */
  long publications() {
    return publications;
  }

  @Override
  public void channel(int number, String name, Position base) {
    ended = false;
    if (number != channels.size()) {
      throw new IllegalArgumentException(
          "channel number must be " + channels.size() + ": " + number);
    }
    Told told = new Told(new ChannelName(name), base);
    Window window = windows.restore(told.name, base);
    if (window != null && window.head().offset() < base.offset()) {
      throw new IllegalArgumentException(
          "channel " + name + " goes on after " + base + " but ends with " + window.head());
    }
    channels.add(told);
  }

  @Override
  public void publication(int channel, long offset, long tag, @Nullable String id, String data) {
    ended = false;
    publications++;
    if (channel < 0 || channel >= channels.size()) {
      throw new IllegalArgumentException("there is no channel number " + channel);
    }
    Told told = channels.get(channel);
    if (offset != told.at.offset() + 1) {
      throw new IllegalArgumentException("offset must follow " + told.at + ": " + offset);
    }
    Window window = windows.restore(told.name, told.at); // may have been forgotten meanwhile
    told.at = new Position(told.at.epoch(), offset, tag);
    if (window != null && offset > window.head().offset()) {
      windows.append(window, new Publication(told.at, data, id), now);
    }
  }

  @Override
  public void id(Ids.Taken taken) {
    ended = false;
    if (windows.ids().find(taken.key(), now) == null) {
      windows.ids().take(taken);
    }
  }

  @Override
  public void forgotten(String name, String epoch) {
    ended = false;
    windows.restoreForgotten(new ChannelName(name), epoch);
  }

  @Override
  public void generation(long generation) {
    ended = false;
    var epochs = windows.epochs();
    windows.epochs(epochs.atLeast(generation));
  }

  @Override
  public void end() {
    ended = true;
  }
}
