package io.heartline.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.bootstrap.settings.Settings;
import io.heartline.bootstrap.settings.Sources;
import io.heartline.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node starts without Redis, but not with one that is the wrong one. */
class SharedRedisTest {
  @TempDir
  Path folder;

  private Application application(RedisServer server, String password) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path file = Files.writeString(folder.resolve("redis.password"), password + '\n');
    Map<String, String> values = new HashMap<>(Map.of(
        "heartline.store",
        "redis",
        "heartline.api.keys",
        "one-key-for-all",
        "heartline.redis",
        server.address(),
        "heartline.redis.password.file",
        file.toString()));
    Settings settings = Settings.read(new Sources(values::get), false, 1 << 30);
    Outside outside = new Outside();
    return new Application(
        settings, data, Access.open(settings, data, outside, made -> {}), outside);
  }

  private static Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("heartline-"));
  }

  @Test
  void aWrongPasswordEndsTheStartAndLeavesNothing() throws IOException {
    try (RedisServer server =
        RedisServer.startShipped(Files.createDirectory(folder.resolve("redis")))) {
      assertThatThrownBy(() -> application(server, "wrong"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "heartline.redis.password.file must have the password of the user heartline: Redis at");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (threads().findAny().isPresent()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  @Test
  void aNodeThatStartsWithoutRedisIsReadyOnceThereIsOne() throws Exception {
    try (RedisServer server =
        RedisServer.startShipped(Files.createDirectory(folder.resolve("redis")))) {
      server.kill();
      Application application = application(server, RedisServer.PASSWORD);
      application.start();
      try {
        assertThat(application.engine().problem()).isPresent();
        server.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (application.engine().problem().isPresent()) {
          assertThat(System.nanoTime()).isLessThan(deadline);
          Thread.sleep(20);
        }
      } finally {
        application.stop();
      }
      assertThat(threads()).isEmpty();
    }
  }
}
