package io.heartline.protocol.stomp;

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

  /**
   * Returns the highest version that a client accepts too, or null if there is none.
   *
   * @param accepted as in {@code accept-version}; null if absent, which means 1.0
   */
  static @Nullable Version highest(@Nullable String accepted) {
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
    return highest;
  }

  /** Returns a name or value of a header as it was meant. */
  String unescape(String text) throws BadFrame {
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
        throw new BadFrame("a header must not contain a backslash other than in "
            + (this == V1_2 ? "\\n \\r \\c \\\\" : "\\n \\c \\\\"));
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
