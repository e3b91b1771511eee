package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from what servers say, in the words of Redis 7.0 and of Valkey 8.0. */
class ServerInfoTest {
  private static ServerInfo info(String text) {
    return ServerInfo.parse(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis_mode", "server_mode"})
  void redisAndValkeyNameTheirModeDifferently(String name) {
    assertThat(info("# Server\r\n" + name + ":cluster\r\nos:Linux\r\n").mode())
        .isEqualTo("cluster");
  }

  @Test
  void valkeyIsAsNewAsTheRedisThatItIsCompatibleWith() {
    ServerInfo valkey =
        info("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n");
    assertThat(valkey.isOlderThan(7, 0)).isFalse();
    assertThat(valkey.isOlderThan(7, 3)).isTrue();
  }

  @Test
  void whoSaysNothingIsTakenForNothingBad() {
    ServerInfo silent = info("");
    assertThat(silent.mode()).isEmpty();
    assertThat(silent.isOlderThan(6, 2)).isFalse();
    assertThat(silent.isReplica()).isFalse();
  }
}
