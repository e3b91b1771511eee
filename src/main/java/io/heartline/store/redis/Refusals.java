package io.heartline.store.redis;

import io.heartline.model.OneLine;
import java.util.Locale;
import redis.clients.jedis.exceptions.JedisDataException;

/** Understands why Redis refuses. */
final class Refusals {
  private final RedisAddress address;
  private final RedisOptions options;

  Refusals(RedisAddress address, RedisOptions options) {
    this.address = address;
    this.options = options;
  }

  /** @param what was asked for, such as "run scripts" */
  Problem explain(JedisDataException refusal, String what) {
    String said = OneLine.of(String.valueOf(refusal.getMessage()));
    String lower = said.toLowerCase(Locale.ROOT);
    if (said.startsWith("NOAUTH")) {
      return lasting(
          options.password() == null
              ? "heartline.redis.password.file must be set: Redis at " + address
                  + " asks for a password. If its user has a name, heartline.redis names it:"
                  + " redis://user@host"
              : "heartline.redis must name what needs no password of its own, as sentinels, at "
                  + address);
    }
    if (said.startsWith("WRONGPASS")) {
      return lasting("heartline.redis.password.file must have the password of the user " + user()
          + ": Redis at " + address + " does not take "
          + (options.password() == null ? "none" : "the one there") + ", or has no such user");
    }
    if (lower.contains("does not support hello")) { // so Jedis puts it
      return lasting("heartline.redis must name Redis 6.2 or newer, or Valkey: the server at "
          + address + " is older than 6.0");
    }
    if (isForbidden(said)) {
      return lasting("heartline.redis must name a user that may " + what
          + ", as in deploy/redis/users.acl: Redis at " + address + " does not let " + user() + ": "
          + said);
    }
    if (lower.contains("db index")) {
      return lasting("heartline.redis must name a database that is there: Redis at " + address
          + " has no database " + address.database());
    }
    if (lower.contains("cluster support disabled")) {
      return lasting("heartline.redis must begin with redis://: the server at " + address
          + " is not one of a Redis Cluster");
    }
    if (lower.contains("unknown command") && lower.contains("sentinel")) {
      return lasting("heartline.redis must name sentinels: the server at " + address + " is none");
    }
    if (lower.contains("no sentinel knows")) {
      return lasting("heartline.redis must end in the name of a primary that its sentinels know, as"
          + " in /mymaster: those at " + address + " know none named " + address.master());
    }
    return new Problem("Redis at " + address + " refuses: " + said, false);
  }

  /** Returns whether it tells of a state of Redis, and not of what it was asked. */
  static boolean isState(JedisDataException refusal) {
    String said = String.valueOf(refusal.getMessage());
    return !said.startsWith("ERR ")
            && !said.startsWith("WRONGTYPE ")
            && !said.startsWith("TRYAGAIN ") // a part of a cluster is moving; the others are not
        || isForbidden(said);
  }

  /**
   * Returns whether the user may not do it. Inside a script that is an ERR, as each version puts
   * it.
   */
  private static boolean isForbidden(String said) {
    return said.startsWith("NOPERM")
        || said.contains("The user executing the script can't") // Redis to 7.0
        || said.startsWith("ERR ACL failure in script"); // Redis from 7.2 on, and Valkey
  }

  private String user() {
    return address.user() == null ? "default" : address.user();
  }

  private static Problem lasting(String line) {
    return new Problem(line, true);
  }
}
