package io.heartline.bootstrap.settings;

import io.heartline.model.Nanos;
import io.heartline.model.Rate;
import io.heartline.protocol.HttpUrl;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads single properties: finds them, understands their units, checks their rules. */
public final class Property {
  private static final Pattern DURATION = Pattern.compile("(0|[1-9]\\d{0,11})(ms|s|m|h|d)");
  private static final Map<String, Duration> UNITS = Map.of(
      "ms", Duration.ofMillis(1),
      "s", Duration.ofSeconds(1),
      "m", Duration.ofMinutes(1),
      "h", Duration.ofHours(1),
      "d", Duration.ofDays(1));

  private static final Pattern BYTES = Pattern.compile("(0|[1-9]\\d{0,14})(B|KiB|MiB|GiB)?");

  /** The highest rate that can be set, if one is. */
  private static final long MOST = 1L << 40;

  private final Sources sources;

  public Property(Sources sources) {
    this.sources = sources;
  }

  /** Returns the text, or empty if none is set. */
  public Optional<String> text(String name) {
    return sources.find(name);
  }

  /** Returns what stands between commas, without empty ones. */
  List<String> texts(String name, List<String> otherwise) {
    return text(name).map(Settings::split).orElse(otherwise);
  }

  /** Returns a URL at which a server is called; empty if none is set. */
  Optional<URI> url(String name) {
    return text(name).map(value -> {
      URI url = HttpUrl.parse(value);
      if (url == null) {
        throw new BadSetting(
            name,
            value.contains("@") ? "one with an @" : value, // it may be a password
            "must be an http or https URL that has no user, query or fragment: URLs are logged,"
                + " the key has a property of its own");
      }
      return url;
    });
  }

  /**
   * Returns the key with which a server is called; empty if none is set. What is shown of it is
   * only that it is set.
   */
  Optional<String> key(String name) {
    Optional<String> key = secret(name, value -> "set");
    if (key.isPresent() && !key.get().matches(KeySettings.KEY)) {
      throw new BadSetting( // without the key: logs are read by many
          name,
          "the key",
          "must have at least 8 characters, of A-Z a-z 0-9 and punctuation, without spaces");
    }
    return key;
  }

  /** Returns a secret text. What is shown of it is made by {@code shown}. */
  Optional<String> secret(String name, UnaryOperator<String> shown) {
    return sources.find(name, shown);
  }

  /**
   * Returns a duration, written as a number with its unit such as {@code 25s}; at least
   * {@code floor} and at most a hundred years.
   */
  public Duration duration(String name, Duration otherwise, Duration floor) {
    return sources
        .find(name)
        .map(value -> atLeast(name, value, parseDuration(name, value), floor))
        .orElse(otherwise);
  }

  /** Returns a whole number from {@code floor} to {@code ceiling}, both included. */
  public int number(String name, int otherwise, int floor, int ceiling) {
    return (int) parse(name, otherwise, floor, ceiling, "whole number", sources.find(name));
  }

  /** Returns a number of bytes, written like {@code 8MiB}, within both limits, them included. */
  public long bytes(String name, long otherwise, long floor, long ceiling) {
    return sources
        .find(name)
        .map(value -> within(name, value, parseBytes(name, value), floor, ceiling))
        .orElse(otherwise);
  }

  /**
   * Returns a rate, written as how much a second and how much at once, such as {@code 50/200}; or
   * {@code off} for no limit.
   */
  Rate rate(String name, Rate otherwise) {
    return rate(name, otherwise, value -> parse(value, "[1-9]\\d{0,8}"), "50/200");
  }

  /** Returns a rate of bytes, such as {@code 2MiB/8MiB}. */
  Rate byteRate(String name, Rate otherwise) {
    return rate(
        name,
        otherwise,
        value -> BYTES.matcher(value).matches() ? parseBytes(name, value) : 0,
        "2MiB/8MiB");
  }

  private Rate rate(String name, Rate otherwise, ToLongFunction<String> parsed, String example) {
    Optional<String> found = sources.find(name);
    if (found.isEmpty()) {
      return otherwise;
    }
    String value = found.get();
    if (value.equalsIgnoreCase("off")) {
      return Rate.UNLIMITED;
    }
    String[] sides = value.split("/", -1);
    long perSecond = sides.length == 2 ? parsed.applyAsLong(sides[0]) : 0;
    long burst = sides.length == 2 ? parsed.applyAsLong(sides[1]) : 0;
    if (perSecond < 1 || burst < 1 || perSecond > MOST || burst > MOST) {
      throw new BadSetting(
          name,
          value,
          "must be off, or how much a second and how much at once, such as " + example
              + ", each at least 1 and not above " + MOST);
    }
    return new Rate(perSecond, burst);
  }

  private static long parse(String value, String pattern) {
    return value.matches(pattern) ? Long.parseLong(value) : 0;
  }

  /** Returns {@code true} or {@code false}. */
  public boolean flag(String name, boolean otherwise) {
    return sources.find(name).map(value -> parseFlag(name, value)).orElse(otherwise);
  }

  private static long parse(
      String name, long otherwise, long floor, long ceiling, String kind, Optional<String> found) {
    if (found.isEmpty()) {
      return otherwise;
    }
    String value = found.get();
    if (!value.matches("-?(0|[1-9]\\d{0,17})")) {
      throw new BadSetting(name, value, "must be a " + kind);
    }
    return within(name, value, Long.parseLong(value), floor, ceiling);
  }

  private static long within(String name, String value, long number, long floor, long ceiling) {
    if (number < floor || number > ceiling) {
      throw new BadSetting(name, value, "must be between " + floor + " and " + ceiling);
    }
    return number;
  }

  private static Duration atLeast(String name, String value, Duration duration, Duration floor) {
    if (duration.compareTo(floor) < 0) {
      throw new BadSetting(name, value, "must be at least " + floor.toMillis() + "ms");
    }
    if (duration.compareTo(Nanos.LONGEST) > 0) {
      throw new BadSetting(name, value, "must be at most " + Nanos.LONGEST.toDays() + "d");
    }
    return duration;
  }

  private static Duration parseDuration(String name, String value) {
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new BadSetting(name, value, "must be a whole number with its unit ms, s, m, h or d");
    }
    Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
    return unit.multipliedBy(Long.parseLong(matcher.group(1)));
  }

  private static long parseBytes(String name, String value) {
    Matcher matcher = BYTES.matcher(value);
    if (!matcher.matches()) {
      throw new BadSetting(name, value, "must be a whole number with its unit B, KiB, MiB or GiB");
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift = switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift; // above any ceiling
  }

  private static boolean parseFlag(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new BadSetting(name, value, "must be true or false");
    };
  }
}
