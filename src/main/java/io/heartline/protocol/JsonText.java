package io.heartline.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON (RFC 8259) as text: parsed strictly by Jackson, kept as it was written. */
public final class JsonText {
  /** The deepest nesting that is accepted. */
  public static final int MAX_DEPTH = 100;

  // Not Jackson's thread-local recycling: it would keep the class loader alive after an undeploy.
  private static final JsonFactory FACTORY = new JsonFactoryBuilder()
      .recyclerPool(JsonRecyclerPools.newBoundedPool(16))
      .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(1000)
          .build())
      .build();

  private JsonText() {}

  /** Returns a parser that accepts only strict JSON and refuses duplicate keys. */
  public static JsonParser parser(String text) {
    try {
      return FACTORY.createParser(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * Returns the text without a byte order mark in front. JSON has none, but some editors and
   * libraries write one, and readers may skip it (RFC 8259, 8.1).
   */
  public static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == '\uFEFF' ? text.substring(1) : text;
  }

  /** Returns {@code text} as a JSON string, in quotes. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 16);
    appendQuoted(quoted, text);
    return quoted.toString();
  }

  /** Appends {@code text} as a JSON string, in quotes. */
  public static void appendQuoted(StringBuilder to, String text) {
    to.append('"');
    JsonStringEncoder.getInstance().quoteAsString(wellFormed(text), to);
    to.append('"');
  }

  /**
   * Returns the value at which the parser is, as it was written but without the white space between
   * its tokens. Leaves the parser at the value's last token.
   *
   * @param text what the parser reads
   * @throws JsonProcessingException if the value is not strict JSON
   */
  public static String value(JsonParser parser, String text) throws IOException {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return compact(text.substring(from, to));
  }

  /**
   * Returns valid JSON without the white space between its tokens; numbers and strings stay as they
   * are.
   */
  static String compact(String json) {
    StringBuilder compact = null;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      boolean drop = !inString && c <= ' ';
      if (drop && compact == null) {
        compact = new StringBuilder(json.length()).append(json, 0, i);
      }
      if (!drop && compact != null) {
        compact.append(c);
      }
      if (c == '"') {
        inString = !inString;
      } else if (c == '\\' && inString && ++i < json.length() && compact != null) {
        compact.append(json.charAt(i)); // an escaped quote does not end the string
      }
    }
    return compact == null ? json : compact.toString();
  }

  /** Returns a text that is one strict JSON value as it is, any other text as a JSON string. */
  public static String valueOrQuoted(String written) {
    String text = wellFormed(written);
    try (JsonParser parser = parser(text)) {
      if (parser.nextToken() == null) {
        return quote(text);
      }
      String value = value(parser, text);
      return parser.nextToken() == null ? value : quote(text);
    } catch (IOException e) {
      return quote(text);
    }
  }

  /** Returns the text of a JSON string, or the JSON itself if it is anything else. */
  public static String bare(String json) {
    if (json.charAt(0) != '"') {
      return json;
    }
    if (json.indexOf('\\') < 0) {
      return json.substring(1, json.length() - 1);
    }
    try (JsonParser parser = parser(json)) {
      parser.nextToken();
      return wellFormed(parser.getText());
    } catch (IOException e) {
      throw new UncheckedIOException("data must be JSON that was parsed before", e);
    }
  }

  /**
   * Returns the text with U+FFFD in place of each unpaired surrogate. JSON can contain those as
   * escapes, UTF-8 cannot: a container that had to write one would close the line.
   */
  static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      repaired = repaired == null ? new StringBuilder(text) : repaired;
      repaired.setCharAt(i, '\uFFFD');
    }
    return repaired == null ? text : repaired.toString();
  }

  /** Returns what is wrong with a text that could not be read, without quoting it. */
  public static String problem(JsonProcessingException e) {
    var at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    String message = e.getOriginalMessage();
    int end = message.indexOf('\n');
    return "not valid JSON" + where + ": " + (end < 0 ? message : message.substring(0, end));
  }
}
