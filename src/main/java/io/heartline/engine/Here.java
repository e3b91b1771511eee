package io.heartline.engine;

import io.heartline.model.Position;
import io.heartline.model.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel.
 *
 * @param users in the order in which they came; if there are very many, only some of them
 * @param count how many there are
 * @param position of the channel that tells it: what differs from this answer is told behind it;
 *     null if no channel does
 * @param coverage of which nodes it is known who is there
 */
public record Here(List<User> users, int count, @Nullable Position position, Coverage coverage) {
  /** Nobody, and nothing tells of it. */
  static final Here NOBODY = new Here(List.of(), 0, null);

  public Here {
    users = List.copyOf(users);
  }

  /** What is known of all nodes. */
  Here(List<User> users, int count, @Nullable Position position) {
    this(users, count, position, Coverage.COMPLETE);
  }

  /** Returns the same, known of these nodes only. */
  Here of(Coverage known) {
    return new Here(users, count, position, known);
  }
}
