package io.heartline.store.redis.blocks;

import io.heartline.engine.Blocks.Whom;
import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.util.Optional;

/**
 * How a block is written in Redis: a field {@code u:<user>} or {@code t:<name of credentials>} with
 * the value {@code 1 <until, in ms since 1970> <reason>}. The 1 is the version.
 */
final class Written {
  private static final String USER = "u:";
  private static final String TOKEN = "t:";
  private static final String VERSION = "1";

  private Written() {}

  static String field(Whom whom) {
    return whom instanceof Whom.OneUser one
        ? USER + one.user().id()
        : TOKEN + ((Whom.Token) whom).id();
  }

  static String value(Block block) {
    return VERSION + ' ' + block.untilMillis() + ' ' + block.status().cause().word();
  }

  /** Returns who is meant; empty if that is not understood. */
  static Optional<Whom> whom(String field) {
    if (field.startsWith(TOKEN)) {
      return Optional.of(new Whom.Token(field.substring(TOKEN.length())));
    }
    String user = field.startsWith(USER) ? field.substring(USER.length()) : "";
    return User.problem(user) == null
        ? Optional.of(new Whom.OneUser(new User(user)))
        : Optional.empty();
  }

  /**
   * Returns a block. One that is not understood, such as that of a later release, keeps out for
   * ever rather than not at all.
   */
  static Block block(String value) {
    String[] parts = value.split(" ", 3);
    CloseStatus status = parts.length == 3 ? Block.STATUSES.get(parts[2]) : null;
    if (status == null || !parts[0].equals(VERSION) || !parts[1].matches("[0-9]{1,18}")) {
      return new Block(CloseStatus.BLOCKED, Long.MAX_VALUE);
    }
    return new Block(status, Long.parseLong(parts[1]));
  }
}
