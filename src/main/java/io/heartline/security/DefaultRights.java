package io.heartline.security;

import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import org.jspecify.annotations.Nullable;

/**
 * Closed unless opened: {@code updates}, {@code public} and {@code public:...} are for everybody, a
 * user's channel for that user.
 */
public final class DefaultRights implements Rights {
  @Override
  public boolean mayRead(@Nullable User user, ChannelName channel) {
    String name = channel.text();
    return name.equals("updates")
        || name.equals("public")
        || name.startsWith("public:")
        || (user != null && channel.equals(user.channel()));
  }
}
