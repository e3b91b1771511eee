package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Picks single values out of the JSON that the server writes: no white space, no surprises. */
public final class Json {
  private Json() {}

  /** Returns the first string, number or word under a name, anywhere in the text. */
  public static String field(String json, String name) {
    List<String> values = fields(json, name);
    assertThat(values).as("%s in %s", name, json).isNotEmpty();
    return values.get(0);
  }

  /** Returns all strings, numbers or words under a name, in order. */
  public static List<String> fields(String json, String name) {
    Pattern field =
        Pattern.compile("\"" + Pattern.quote(name) + "\":(?:\"([^\"]*)\"|([^,\\]}{\\[]+))");
    Matcher matcher = field.matcher(json);
    return matcher
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .toList();
  }
}
