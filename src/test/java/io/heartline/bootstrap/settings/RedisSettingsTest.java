package io.heartline.bootstrap.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisAddress.Kind;
import io.heartline.store.redis.RedisAddress.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {
  private static final String SECRET = "correct-horse";

  @TempDir
  Path folder;

  private static RedisSettings read(String... namesAndValues) {
    return settings(namesAndValues).redis().orElseThrow();
  }

  private static Settings settings(String... namesAndValues) {
    return Settings.read(sources(namesAndValues), false, 4L << 30);
  }

  private static Sources sources(String... namesAndValues) {
    Map<String, String> values = new HashMap<>(
        Map.of("heartline.store", "redis", "heartline.redis", "redis://app@db.internal"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Sources(values::get);
  }

  @Test
  void defaultsAreThoseOfTheChapterOnSettings() {
    RedisSettings redis = read();
    assertThat(redis)
        .isEqualTo(new RedisSettings(
            new RedisAddress(
                Kind.PRIMARY, false, "app", List.of(new Server("db.internal", 6379)), 0, null),
            Optional.empty(),
            "hl:",
            "heartline",
            Duration.ofSeconds(2),
            1,
            1L << 30));
    assertThat(redis.options().password()).isNull();
    assertThat(redis.options().prefix()).isEqualTo("hl:");
    assertThat(read("heartline.redis", "redis-cluster://a,b").partitions()).isEqualTo(16);
    assertThat(read("heartline.redis", "redis-cluster://a", "heartline.redis.partitions", "2")
            .partitions())
        .isEqualTo(2);
  }

  @Test
  void anotherStoreHasNone() {
    assertThat(Settings.read(new Sources(), false, 4L << 30).redis()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"heartline.redis, redis://db", "heartline.redis.password.file, /etc/redis.password"})
  void whatOnlyRedisUsesIsNotSetForAnotherStore(String name, String value) {
    assertThatThrownBy(() -> Settings.read(new Sources(Map.of(name, value)::get), false, 4L << 30))
        .isInstanceOf(BadSetting.class)
        .hasMessage(name + " must not be set unless heartline.store is redis: " + value);
  }

  @Test
  void theAddressMustBeSet() {
    assertThatThrownBy(() ->
            Settings.read(new Sources(Map.of("heartline.store", "redis")::get), false, 4L << 30))
        .isInstanceOf(BadSetting.class)
        .hasMessage(
            "heartline.redis must be set if heartline.store is redis, such as redis://127.0.0.1:6379: ");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      heartline.redis            | db:6379           | heartline.redis must begin with redis://, rediss://, redis-sentinel:// or redis-cluster://: db:6379
      heartline.redis            | redis://a,b       | heartline.redis must name one server; several are for redis-sentinel:// and redis-cluster://: redis://a,b
      heartline.redis            | redis://a:0       | heartline.redis must have a host and a port such as host:6379: redis://a:0
      heartline.redis            | redis://a/x       | heartline.redis must end in the number of a database, such as /0: redis://a/x
      heartline.redis            | redis-sentinel://a | heartline.redis must name the primary as the sentinels do: redis-sentinel://host:port/mymaster: redis-sentinel://a
      heartline.redis            | redis-cluster://a/1 | heartline.redis must have no database: a cluster has only one: redis-cluster://a/1
      heartline.redis            | redis://:secret@a | heartline.redis must not hold a password: name a file with heartline.redis.password.file: one with an @
      heartline.redis            | redis://u:secret@a | heartline.redis must not hold a password: name a file with heartline.redis.password.file: one with an @
      heartline.redis.password.file | ~/password     | heartline.redis.password.file must be a whole path: ~ and $ mean something to shells only: ~/password
      heartline.redis.prefix     | {hl}              | heartline.redis.prefix must be 1 to 32 of A-Z a-z 0-9 and punctuation, without spaces and braces: {hl}
      heartline.redis.prefix     | h l               | heartline.redis.prefix must be 1 to 32 of A-Z a-z 0-9 and punctuation, without spaces and braces: h l
      heartline.redis.prefix     | 123456789012345678901234567890123 | heartline.redis.prefix must be 1 to 32 of A-Z a-z 0-9 and punctuation, without spaces and braces: 123456789012345678901234567890123
      heartline.redis.timeout    | 99ms              | heartline.redis.timeout must be at least 100ms: 99ms
      heartline.redis.timeout    | 6s                | heartline.redis.timeout must be at most 5s: 6s
      heartline.redis.partitions | 0                 | heartline.redis.partitions must be between 1 and 128: 0
      heartline.redis.partitions | 129               | heartline.redis.partitions must be between 1 and 128: 129
      heartline.redis.memory     | 1MiB              | heartline.redis.memory must be between 16777216 and 17592186044416: 1MiB
      heartline.cluster          | my shop           | heartline.cluster must be 1 to 64 of A-Z a-z 0-9 _ . and -: my shop
      """)
  void badSettingsNameThePropertyTheRuleAndTheValue(String name, String value, String message) {
    assertThatThrownBy(() -> read(name, value)).isInstanceOf(BadSetting.class).hasMessage(message);
  }

  @Test
  void aPasswordInTheAddressIsNotShownAmongTheSettings() {
    Sources sources = sources("heartline.redis", "redis://u:" + SECRET + "@db");
    assertThatThrownBy(() -> Settings.read(sources, false, 4L << 30))
        .hasMessageNotContaining(SECRET);
    assertThat(sources.settings()).noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void thePasswordIsTheOnlyLineOfItsFileAndIsNeverShown() throws IOException {
    Path file = folder.resolve("redis.password");
    RedisSettings redis = read("heartline.redis.password.file", file.toString());
    assertThatThrownBy(redis::options)
        .isInstanceOf(BadSetting.class)
        .hasMessage("heartline.redis.password.file must be a file with one password but is not"
            + " there: " + file);
    Files.writeString(file, " \n");
    assertThatThrownBy(redis::options).hasMessageContaining("but is empty");
    Files.writeString(file, SECRET + "\nsecond\n");
    assertThatThrownBy(redis::options)
        .hasMessageContaining("but has more than one line")
        .hasMessageNotContaining(SECRET);
    Files.write(file, new byte[] {(byte) 0xff, 'a'});
    assertThatThrownBy(redis::options).hasMessageContaining("but is not text in UTF-8");
    Files.writeString(file, "x".repeat(5000));
    assertThatThrownBy(redis::options).hasMessageContaining("but has more than 4096 bytes");
    Files.writeString(file, SECRET + "\n");
    assertThat(redis.options().password()).isEqualTo(SECRET);
    assertThat(redis.options().toString()).doesNotContain(SECRET);
    assertThat(redis.toString()).doesNotContain(SECRET);
  }
}
