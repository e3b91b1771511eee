package io.heartline.protocol.stomp;

import io.heartline.protocol.Excerpt;
import org.jspecify.annotations.Nullable;

/**
 * A version of STOMP. They differ in how headers are escaped: 1.0 has no escapes, 1.1 has none for
 * a carriage return.
 */
enum Version {
  V1_0("1.0"),
  V1_1("1.1"),
  V1_2("1.2");

  /** All of them, as an ERROR names them. */
  static final String ALL = "1.0,1.1,1.2";

  private final String text;

  Version(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Returns the first version as long as none is agreed on. */
  static Version orFirst(@Nullable Version agreed) {
    return agreed == null ? V1_0 : agreed;
  }

  /**
   * Returns the highest version that a client accepts too.
   *
   * @param accepted as in {@code accept-version}; null if absent, which means 1.0
   */
  static Version agreed(@Nullable String accepted) throws BadFrame {
    if (accepted == null) {
      return V1_0;
    }
    Version highest = null;
    for (String item : accepted.split(",", -1)) {
      for (Version version : values()) {
        if (version.text.equals(item.strip())
            && (highest == null || version.compareTo(highest) > 0)) {
          highest = version;
        }
      }
    }
    if (highest == null) {
      throw new BadFrame("accept-version must have one of " + ALL, accepted);
    }
    return highest;
  }

  /**
   * Returns a name or value of a header as it was meant.
   *
   * @param header its name, as it was sent
   */
  String unescape(String text, String header) throws BadFrame {
    if (this == V1_0 || text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder meant = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        meant.append(c);
        continue;
      }
      i++;
      char escape = i < text.length() ? text.charAt(i) : ' ';
      if (escape == 'n') {
        meant.append('\n');
      } else if (escape == 'c') {
        meant.append(':');
      } else if (escape == '\\') {
        meant.append('\\');
      } else if (escape == 'r' && this == V1_2) {
        meant.append('\r');
      } else {
        String allowed = this == V1_2 ? "\\n \\r \\c \\\\" : "\\n \\c \\\\";
        throw new BadFrame(
            "header " + Excerpt.of(header) + " must not contain a backslash other than in "
                + allowed,
            text.substring(i - 1, Math.min(i + 1, text.length())));
      }
    }
    return meant.toString();
  }

  /**
   * Appends a value for a header. What a version cannot write becomes a space: a line break would
   * begin another header.
   */
  void escape(StringBuilder to, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> to.append(this == V1_0 ? " " : "\\n");
        case '\r' -> to.append(this == V1_2 ? "\\r" : " ");
        case ':' -> to.append(this == V1_0 ? ":" : "\\c");
        case '\\' -> to.append(this == V1_0 ? "\\" : "\\\\");
        case '\0' -> to.append(' ');
        default -> to.append(c);
      }
    }
  }
}
