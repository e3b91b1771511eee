package io.heartline.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As much of JSON as is needed to write calls and to read their answers. */
final class Json {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Appends a text as a JSON string. */
  static void appendQuoted(StringBuilder to, String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) { // as an escape also half a pair is one
        to.append("\\u%04x".formatted((int) c));
      } else {
        to.append(c);
      }
    }
    to.append('"');
  }

  /**
   * Returns why a text cannot be one JSON value, or null if it can. The server reads it strictly;
   * this only makes sure that the text ends where it seems to, so that whoever wrote it cannot add
   * fields or messages to a call.
   */
  static @Nullable String problem(String text) {
    if (text.isBlank()) {
      return "it is empty";
    }
    Deque<Character> open = new ArrayDeque<>();
    boolean inString = false;
    boolean ended = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "half a character at " + i;
      } else if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
          ended = open.isEmpty();
        }
      } else if (ended && c > ' ') {
        return "there is more behind its end at " + i;
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        open.push(c == '{' ? '}' : ']');
      } else if (c == '}' || c == ']') {
        if (open.isEmpty() || open.pop() != c) {
          return c + " without its beginning at " + i;
        }
        ended = open.isEmpty();
      } else if ((c == ',' || c == ':') && open.isEmpty()) {
        return c + " outside of an object and an array at " + i;
      }
    }
    return inString || !open.isEmpty() ? "it does not end" : null;
  }

  /**
   * Reads a JSON object: strings, longs, doubles, booleans, maps and lists; null is left out.
   *
   * @return null if it is none
   */
  static @Nullable Map<String, Object> object(String text) {
    try {
      Json json = new Json(text);
      Object value = json.value(0);
      json.skipBlanks();
      return json.at == text.length() ? object(value) : null;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // an answer of others
      return null;
    }
  }

  /** Returns a value that was read as an object; null if it is none. */
  @SuppressWarnings("unchecked") // objects are read into such maps only
  static @Nullable Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("too deep");
    }
    skipBlanks();
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> members(depth);
      case '[' -> elements(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> members(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    at++;
    while (!ends('}', members.isEmpty())) {
      skipBlanks();
      String name = string();
      skipBlanks();
      expect(':');
      Object value = value(depth + 1);
      if (value != null) {
        members.put(name, value);
      }
    }
    return members;
  }

  private List<Object> elements(int depth) {
    List<Object> elements = new ArrayList<>();
    at++;
    while (!ends(']', elements.isEmpty())) {
      Object value = value(depth + 1);
      if (value != null) {
        elements.add(value);
      }
    }
    return elements;
  }

  /** Returns whether an object or array ends here; else skips the comma before the next part. */
  private boolean ends(char end, boolean first) {
    skipBlanks();
    if (text.charAt(at) == end) {
      at++;
      return true;
    }
    if (text.charAt(at) == ',') {
      at++;
    } else if (!first) {
      throw new IllegalArgumentException("a comma is missing at " + at);
    }
    return false;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
      string.append(c == '\\' ? escaped() : c);
    }
    return string.toString();
  }

  private char escaped() {
    char c = text.charAt(at++);
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> c;
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw new IllegalArgumentException("no value at " + at);
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int from = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(from, at);
    if (number.matches("-?\\d{1,18}")) {
      return Long.valueOf(number);
    }
    return Double.valueOf(number);
  }

  private void expect(char c) {
    if (text.charAt(at++) != c) {
      throw new IllegalArgumentException(c + " is missing at " + (at - 1));
    }
  }

  private void skipBlanks() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }
}
