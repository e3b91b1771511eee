package io.heartline.security;

import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Closed by default: everybody may read {@code updates}, {@code public} and {@code public:...}, and
 * a user may read their own channel. Nobody's rights ever change.
 */
public final class DefaultRights implements Rights {
  @Override
  public CompletionStage<Boolean> may(Identity identity, Action action, ChannelName channel) {
    return CompletableFuture.completedFuture(mayRead(identity.user(), channel));
  }

  private static boolean mayRead(@Nullable User user, ChannelName channel) {
    String name = channel.text();
    if (channel.watched() != null) { // who is in a channel is not for everybody who may read it
      return false;
    }
    return name.equals("updates")
        || name.equals("public")
        || name.startsWith("public:")
        || (user != null && channel.equals(user.channel()));
  }
}
