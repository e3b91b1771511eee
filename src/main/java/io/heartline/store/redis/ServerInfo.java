package io.heartline.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server says about itself. */
record ServerInfo(Map<String, String> lines) {
  static ServerInfo parse(@Nullable Object answer) {
    Map<String, String> lines = new HashMap<>();
    String text = answer instanceof byte[] bytes ? new String(bytes, UTF_8) : "";
    text.lines().forEach(line -> {
      int colon = line.indexOf(':');
      if (colon > 0) {
        lines.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    });
    return new ServerInfo(Map.copyOf(lines));
  }

  /** Returns the version of Redis; Valkey says with which one it is compatible. */
  String version() {
    return lines.getOrDefault("redis_version", "");
  }

  boolean isOlderThan(int... least) {
    String version = version();
    if (!version.matches("\\d{1,6}\\.\\d{1,6}(\\..*)?")) {
      return false; // nobody knows
    }
    String[] parts = version.split("\\.");
    int[] numbers = {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    return Arrays.compare(numbers, least) < 0;
  }

  /** Returns {@code standalone}, {@code cluster} or {@code sentinel}; empty if it does not say. */
  String mode() {
    return lines.getOrDefault("redis_mode", lines.getOrDefault("server_mode", "")); // Valkey's
  }

  boolean isReplica() {
    return lines.getOrDefault("role", "").equals("slave");
  }

  /** Returns what happens when the memory is full; empty if it does not say. */
  String evictionPolicy() {
    return lines.getOrDefault("maxmemory_policy", "");
  }

  /** Returns the bound of its memory; 0 if it has none, or does not say. */
  long maxMemory() {
    String bytes = lines.getOrDefault("maxmemory", "0");
    return bytes.matches("\\d{1,18}") ? Long.parseLong(bytes) : 0;
  }
}
