package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.User;
import org.jspecify.annotations.Nullable;

/** Says what a client may do. */
@FunctionalInterface
public interface Rights {
  /** Returns whether {@code user}, null if anonymous, may read the channel. */
  boolean mayRead(@Nullable User user, ChannelName channel);
}
