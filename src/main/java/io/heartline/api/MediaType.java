package io.heartline.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Content-Type}.
 *
 * @param text as it was sent; {@code (none)} if it was not
 * @param bare without parameters
 * @param charset null if it is not given
 */
record MediaType(String text, String bare, @Nullable String charset) {
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^;\"]*)", Pattern.CASE_INSENSITIVE);

  static MediaType parse(@Nullable String header) {
    if (header == null) {
      return new MediaType("(none)", "", null);
    }
    Matcher charset = CHARSET.matcher(header);
    return new MediaType(
        header,
        header.split(";", 2)[0].strip(),
        charset.find() ? charset.group(1).strip() : null);
  }

  boolean isJson() {
    return bare.equalsIgnoreCase("application/json");
  }

  /** Returns whether the text is in UTF-8, which it is unless it says something else. */
  boolean isUtf8() {
    try {
      return charset == null || Charset.forName(charset).equals(UTF_8);
    } catch (IllegalArgumentException e) { // there is no such charset
      return false;
    }
  }
}
