package io.heartline.engine;

import io.heartline.model.Position;
import io.heartline.model.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel, as it was last told there.
 *
 * @param users in the order in which they came; if there are very many, only some of them
 * @param count how many there are
 * @param position of the channel that tells it, behind what told this; null if none does
 */
public record Here(List<User> users, int count, @Nullable Position position) {
  /** Nobody, and nothing tells of it. */
  static final Here NOBODY = new Here(List.of(), 0, null);

  public Here {
    users = List.copyOf(users);
  }
}
