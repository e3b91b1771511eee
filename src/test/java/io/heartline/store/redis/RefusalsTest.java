package io.heartline.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Refusals as servers word them; what the one of this machine says is in {@link RedisCheckTest}.
 */
class RefusalsTest {
  private static final RedisAddress ADDRESS = RedisAddress.parse("redis://app@127.0.0.1:6379");

  /** From Redis 7.0, Redis 7.2 and Valkey 8.0.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOPERM User app has no permissions to run the 'evalsha' command",
        "ERR The user executing the script can't run this command or subcommand script: 6e8bd,"
            + " on @user_script:1.",
        "ERR ACL failure in script: User app has no permissions to run the 'publish' command"
            + " script: c65ae, on @user_script:1.",
        "ERR ACL failure in script: No permissions to access a channel script: c65ae,"
            + " on @user_script:1."
      })
  void aRightThatTheUserLacksIsAStateAndNamesTheUser(String said) {
    JedisDataException refusal = new JedisDataException(said);
    assertThat(Refusals.isState(refusal)).isTrue();
    Problem problem = new Refusals(ADDRESS, Ways.options()).explain(refusal, "publish");
    assertThat(problem.lasting()).isTrue();
    assertThat(problem.line())
        .startsWith("heartline.redis must name a user that may publish, as in")
        .contains("does not let app: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERR Error running script: user_script:1: bad argument",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "TRYAGAIN Multiple keys request during rehashing of slot"
      })
  void whatIsWrongWithOneQuestionIsNoState(String said) {
    assertThat(Refusals.isState(new JedisDataException(said))).isFalse();
  }
}
