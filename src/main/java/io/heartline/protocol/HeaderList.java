package io.heartline.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a header whose value is a list of tokens, such as {@code Connection: keep-alive,
 * Upgrade}. A list may be spread over several lines with the same name, which mean the same as one
 * line joined by commas (RFC 9110, 5.3). Proxies split and join such lines as they like.
 *
 * @param elements in order, without white space around them and without empty ones
 */
public record HeaderList(List<String> elements) {
  /** What a token may contain besides letters and digits (RFC 9110, 5.6.2). */
  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  public HeaderList {
    elements = List.copyOf(elements);
  }

  /** @param lines the values of all header lines with the name, in order; none if it is absent */
  public static HeaderList of(Collection<String> lines) {
    List<String> elements = new ArrayList<>();
    for (String line : lines) {
      for (String element : line.split(",", -1)) {
        String stripped = element.strip();
        if (!stripped.isEmpty()) {
          elements.add(stripped);
        }
      }
    }
    return new HeaderList(elements);
  }

  /** Returns whether the list has this element, in any letter case. */
  public boolean has(String element) {
    return elements.stream().anyMatch(element::equalsIgnoreCase);
  }

  /** Returns the first element; null if there is none. */
  public @Nullable String first() {
    return elements.isEmpty() ? null : elements.get(0);
  }

  /** Returns a list of those elements that are tokens: a header may be written from them. */
  public HeaderList tokens() {
    return new HeaderList(elements.stream().filter(HeaderList::isToken).toList());
  }

  /** Returns a list without those elements. */
  public HeaderList without(Predicate<String> those) {
    return new HeaderList(elements.stream().filter(those.negate()).toList());
  }

  private static boolean isToken(String text) {
    return text.chars()
        .allMatch(c -> (c < 0x80 && Character.isLetterOrDigit(c)) || TOKEN.indexOf(c) >= 0);
  }

  /** Returns the list as one header line. */
  @Override
  public String toString() {
    return String.join(", ", elements);
  }
}
