package io.heartline.security;

import io.heartline.model.ApiKey;
import io.heartline.model.KeyScopes;
import io.heartline.protocol.Excerpt;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a file of keys. A line is a key: its name, then its fields in any order, with
 * spaces between them:
 *
 * <pre>orders sha256=9f86... scopes=publish:order:*,read expires=2027-01-31</pre>
 *
 * <p>Empty lines and those that begin with {@code #} are skipped. Several keys may have one name.
 */
final class KeyLines {
  /** The most keys in a file. */
  static final int MOST = 10_000;

  private static final String NAME = "[A-Za-z0-9._-]{1,64}";

  private KeyLines() {}

  /** Says which line breaks which rule; never what is in the line. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private final String rule;

    private Broken(int line, String rule) {
      super("line " + line + ": " + rule, null, false, false);
      this.rule = rule;
    }

    String rule() {
      return rule;
    }
  }

  /** @throws Broken if one of the lines breaks a rule */
  static Map<KeyHash, ApiKey> read(String text) throws Broken {
    Map<KeyHash, ApiKey> keys = new HashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        add(keys, line);
      } catch (IllegalArgumentException e) {
        throw new Broken(i + 1, String.valueOf(e.getMessage()));
      }
    }
    return Map.copyOf(keys);
  }

  private static void add(Map<KeyHash, ApiKey> keys, String line) {
    String[] words = line.split("[ \t]+");
    if (!words[0].matches(NAME)) {
      throw new IllegalArgumentException(
          "the name must have 1 to 64 characters of A-Z a-z 0-9 . _ -");
    }
    Map<String, String> fields = new HashMap<>();
    for (String word : List.of(words).subList(1, words.length)) {
      String[] sides = word.split("=", 2);
      if (sides.length == 1 || !sides[0].matches("sha256|scopes|expires")) {
        throw new IllegalArgumentException(
            "behind the name must be fields such as sha256=..., of sha256, scopes and expires");
      }
      if (fields.put(sides[0], sides[1]) != null) {
        throw new IllegalArgumentException(sides[0] + " must be given once");
      }
    }
    KeyHash hash = KeyHash.parse(fields.getOrDefault("sha256", ""));
    if (hash == null) {
      throw new IllegalArgumentException(
          "sha256 must be given: 64 hex digits, as --make-key prints them");
    }
    ApiKey key = new ApiKey(words[0], scopes(fields.get("scopes")), expiry(fields.get("expires")));
    if (keys.putIfAbsent(hash, key) != null) {
      throw new IllegalArgumentException("sha256 must be another one than in the lines before");
    }
    if (keys.size() > MOST) {
      throw new IllegalArgumentException("there must be at most " + MOST + " keys");
    }
  }

  private static KeyScopes scopes(@Nullable String text) {
    try {
      return KeyScopes.parse(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("scopes " + e.getMessage(), e);
    }
  }

  private static long expiry(@Nullable String text) {
    if (text == null) {
      return ApiKey.NEVER;
    }
    try {
      Instant end = text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
      return end.toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "expires must be a day or a moment in UTC, such as 2027-01-31 or 2027-01-31T12:00:00Z: "
              + Excerpt.of(text),
          e);
    }
  }
}
