package io.heartline.protocol;

import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The parameters in a URL's query, read strictly. Containers read them leniently, each in its own
 * way: a parameter that one of them cannot decode is dropped without a word, and its absence means
 * something else.
 */
public final class Query {
  /** A query without parameters. */
  public static final Query EMPTY = new Query(Map.of());

  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads {@code name=value&name=value...}. A plus sign is a space.
   *
   * @param text as it is in the URL, without the question mark; null if the URL has no query
   * @throws BadParameter if a parameter is not UTF-8 in percent-encoding, whether it is known or
   *     not
   */
  public static Query parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return EMPTY;
    }
    Map<String, List<String>> values = new HashMap<>();
    for (String parameter : text.split("&", -1)) {
      if (!parameter.isEmpty()) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        values
            .computeIfAbsent(decode(name, name), absent -> new ArrayList<>(1))
            .add(decode(value, name));
      }
    }
    return new Query(values);
  }

  private static String decode(String text, String name) {
    byte[] bytes = new byte[text.length()];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int value = c == '+' ? ' ' : c;
      if (c == '%') {
        boolean whole = i + 2 < text.length();
        int high = whole ? hex(text.charAt(i + 1)) : -1;
        int low = whole ? hex(text.charAt(i + 2)) : -1;
        value = high < 0 || low < 0 ? -1 : high << 4 | low;
        i += 2;
      } else if (c <= ' ' || c > '~') {
        value = -1; // a URL consists of visible ASCII
      }
      if (value < 0) {
        throw malformed(name);
      }
      bytes[size++] = (byte) value;
    }
    try {
      return StrictUtf8.decode(bytes, size);
    } catch (CharacterCodingException e) {
      throw malformed(name);
    }
  }

  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static BadParameter malformed(String name) {
    return new BadParameter(Excerpt.of(name), "must be UTF-8 in percent-encoding");
  }

  /** Returns all values of a parameter, in order; none if it is absent. */
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /**
   * Returns the value of a parameter, maybe empty; null if it is absent.
   *
   * @throws BadParameter if it is given more than once
   */
  public @Nullable String one(String name) {
    List<String> all = values.getOrDefault(name, List.of());
    if (all.size() > 1) {
      throw new BadParameter(name, "must be given once: " + all.size());
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /**
   * Returns the value of a parameter; empty if it is absent.
   *
   * @param least the smallest number that is allowed, 0 or more
   * @throws BadParameter if it is given more than once or is not such a number
   */
  public OptionalInt wholeNumber(String name, int least, int most) {
    String text = one(name);
    if (text == null) {
      return OptionalInt.empty();
    }
    int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new BadParameter(
          name, "must be a whole number from " + least + " to " + most + ": " + Excerpt.of(text));
    }
    return OptionalInt.of(number);
  }

  /**
   * Returns the value of a parameter as seconds; null if it is absent.
   *
   * @param least the fewest seconds that are allowed, 0 or more
   * @throws BadParameter if it is given more than once or is not such a number
   */
  public @Nullable Duration seconds(String name, int least, int most) {
    OptionalInt seconds = wholeNumber(name, least, most);
    return seconds.isEmpty() ? null : Duration.ofSeconds(seconds.getAsInt());
  }
}
