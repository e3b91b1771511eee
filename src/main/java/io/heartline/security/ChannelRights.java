package io.heartline.security;

import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Closed by default: everybody may read {@code updates}, {@code public} and {@code public:...}, and
 * a user may read their own channel. Rules open more. What no rule opens, the application may be
 * asked about. A user's channel is open to that user alone, whatever rules or the application say.
 */
public final class ChannelRights implements Rights {
  private final Map<Action, List<RightsRule>> rules;
  private final @Nullable Rights others;

  /**
   * @param rules what is opened, for each action; nothing where an action is missing
   * @param others who is asked where no rule says yes; null for nobody
   */
  public ChannelRights(Map<Action, List<RightsRule>> rules, @Nullable Rights others) {
    this.rules = new EnumMap<>(Action.class);
    this.rules.putAll(rules);
    this.others = others;
  }

  @Override
  public CompletionStage<Decision> may(Identity identity, Action action, ChannelName channel) {
    ChannelName watched = channel.watched();
    if (watched == null) {
      return mayThere(identity, action, channel);
    }
    // Whoever reads it sees who is in the other channel, whatever rules say about its own name.
    return action == Action.PUBLISH
        ? Decision.NO.now()
        : mayThere(identity, Action.PRESENCE, watched);
  }

  private CompletionStage<Decision> mayThere(
      Identity identity, Action action, ChannelName channel) {
    boolean reads = action == Action.SUBSCRIBE || action == Action.READ_HISTORY;
    if (channel.text().startsWith(User.PREFIX)) {
      User user = identity.user();
      boolean own = user != null && channel.equals(user.channel());
      return Decision.of(own && (reads || ruled(identity, action, channel))).now();
    }
    if ((reads && isPublic(channel.text())) || ruled(identity, action, channel)) {
      return Decision.YES.now();
    }
    return others == null ? Decision.NO.now() : others.may(identity, action, channel);
  }

  private static boolean isPublic(String name) {
    return name.equals("updates") || name.equals("public") || name.startsWith("public:");
  }

  private boolean ruled(Identity identity, Action action, ChannelName channel) {
    for (RightsRule rule : rules.getOrDefault(action, List.of())) {
      if (rule.opens(identity, channel)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void watch(Watcher watcher) {
    if (others != null) {
      others.watch(watcher);
    }
  }
}
