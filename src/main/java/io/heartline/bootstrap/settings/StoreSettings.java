package io.heartline.bootstrap.settings;

import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.model.ChannelName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where channels are kept, and how much of them.
 *
 * @param kind {@code file}, {@code memory} or {@code redis}
 * @param retention how much of each channel is kept
 * @param memory the most bytes of all publications that lines can read; with {@code redis}, of this
 *     node's copies of them
 * @param channels the most channel names known at a time
 * @param disk the most bytes of all the store's files together
 * @param idAge how long a publisher's id is remembered
 * @param ids how many publishers' ids are remembered
 * @param blocks how many users and tokens may be kept out at a time
 */
public record StoreSettings(
    String kind,
    RetentionRules retention,
    long memory,
    int channels,
    long disk,
    Duration idAge,
    int ids,
    int blocks) {
  static final String MEMORY = "heartline.memory";
  private static final String RULES = "heartline.retain.rules";
  private static final int MAX_COUNT = 1_000_000;
  private static final long MAX_BYTES = 1L << 30;
  private static final long MEBIBYTE = 1 << 20;

  /** Bytes of the heap that a channel takes when nothing is retained of it. */
  private static final int NAME = 512;

  /** Bytes of the heap that a publisher's id takes. */
  private static final int ID = 200;

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** The least bytes for encoded texts: with less, texts would often be encoded once per line. */
  private static final long LEAST_ENCODED = 1 << 20;

  /** Returns the bytes for encoded texts of all channels: an eighth, in addition to the memory. */
  public long textBytes() {
    return Math.max(LEAST_ENCODED, memory / 8);
  }

  /**
   * Returns the bytes for WebSocket frames made of them: a sixteenth, in addition to the memory.
   */
  public long frameBytes() {
    return Math.max(LEAST_ENCODED, memory / 16);
  }

  static StoreSettings read(Property property, long heap) {
    String kind = property.text("heartline.store").orElse("file");
    if (!kind.matches("file|memory|" + RedisSettings.STORE)) {
      throw new BadSetting("heartline.store", kind, "must be file, memory or redis");
    }
    Retention others = new Retention(
        property.number("heartline.retain.count", 1_000, 1, MAX_COUNT),
        property.duration("heartline.retain.age", Duration.ofHours(24), SECOND),
        property.bytes("heartline.retain.bytes", 8 << 20, 1 << 10, MAX_BYTES));
    return new StoreSettings(
        kind,
        new RetentionRules(rules(property.text(RULES).orElse("")), others),
        memory(property, heap),
        number(property, "heartline.channels", 1_000_000, NAME, heap / 8),
        property.bytes("heartline.disk", 4L << 30, 64 << 20, 1L << 50),
        property.duration("heartline.publish.ids.age", Duration.ofHours(1), SECOND),
        number(property, "heartline.publish.ids", 250_000, ID, heap / 16),
        property.number("heartline.blocks", 10_000, 1, 1_000_000));
  }

  /** By default at most a quarter of the heap; if set, at most half of it. */
  private static long memory(Property property, long heap) {
    long otherwise = Math.max(MEBIBYTE, Math.min(256 * MEBIBYTE, heap / 4));
    long memory = property.bytes(MEMORY, otherwise, MEBIBYTE, 1L << 40);
    long most = heap / 2 / MEBIBYTE;
    if (memory > most * MEBIBYTE) {
      throw new BadSetting(
          MEMORY,
          property.text(MEMORY).orElse(""),
          "must be at most " + most + "MiB, half of the heap (-Xmx)");
    }
    return memory;
  }

  /** By default at most as many as fit into a share of the heap; if set, at most twice that. */
  private static int number(Property property, String name, int usual, int each, long share) {
    long fits = Math.max(1, share / each);
    int number = property.number(name, (int) Math.min(usual, fits), 1, 100_000_000);
    if (number > 2 * fits) {
      throw new BadSetting(
          name,
          String.valueOf(number),
          "must be at most " + 2 * fits + ": each takes " + each + " bytes of the heap (-Xmx)");
    }
    return number;
  }

  /** Reads {@code orders:*=100/1h/1MiB, ...}. */
  private static List<RetentionRules.Rule> rules(String text) {
    List<RetentionRules.Rule> rules = new ArrayList<>();
    for (String rule : text.split(",", -1)) {
      if (!rule.isBlank()) {
        rules.add(rule(rule.strip()));
      }
    }
    return rules;
  }

  private static RetentionRules.Rule rule(String text) {
    String[] sides = text.split("=", -1);
    String[] amounts = sides.length == 2 ? sides[1].split("/", -1) : new String[0];
    if (amounts.length != 3) {
      throw new BadSetting(
          RULES, text, "must be rules such as orders:*=100/1h/1MiB, separated by commas");
    }
    String pattern = sides[0].strip();
    String name = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
    String problem = name.isEmpty() && !pattern.isEmpty() ? null : ChannelName.problem(name);
    if (problem != null) {
      throw new BadSetting(
          RULES, text, "must begin with a channel's name or its beginning and *; it " + problem);
    }
    // Each amount is read like the property for which it stands, with the same limits.
    List<String> names = List.of(RULES + "[count]", RULES + "[age]", RULES + "[bytes]");
    Property amount = new Property(new Sources(at -> amounts[names.indexOf(at)]));
    return new RetentionRules.Rule(
        pattern,
        new Retention(
            amount.number(names.get(0), 0, 1, MAX_COUNT),
            amount.duration(names.get(1), SECOND, SECOND),
            amount.bytes(names.get(2), 0, 1 << 10, MAX_BYTES)));
  }
}
