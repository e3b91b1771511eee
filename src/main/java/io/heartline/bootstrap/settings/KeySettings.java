package io.heartline.bootstrap.settings;

import io.heartline.model.KeyScopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys with which servers call the HTTP interface.
 *
 * @param plain keys as they are; if empty, one is made unless the file of keys has some
 * @param scopes what these, and the one that is made, may be used for
 * @param file where keys are kept hashed, relative to the data directory
 */
public record KeySettings(List<String> plain, KeyScopes scopes, String file) {
  private static final String KEYS = "heartline.api.keys";
  private static final String SCOPES = "heartline.api.scopes";
  private static final String FILE = "heartline.api.keys.file";

  /** What can be sent in a header and cannot be guessed at once. */
  static final String KEY = "[!-~]{8,}";

  /** A key with fewer characters than this is warned of. */
  private static final int LONG = 20;

  static KeySettings read(Property property) {
    return new KeySettings(keys(property), scopes(property), file(property));
  }

  private static List<String> keys(Property property) {
    Optional<String> value =
        property.secret(KEYS, all -> Integer.toString(Settings.split(all).size()) + " in all");
    List<String> keys = value.map(Settings::split).orElse(List.of());
    if (value.isPresent() && keys.isEmpty()) {
      throw new BadSetting(KEYS, ",", "must hold at least one key");
    }
    for (int i = 0; i < keys.size(); i++) {
      if (!keys.get(i).matches(KEY)) {
        throw new BadSetting( // without the key: logs are read by many
            KEYS,
            "key " + (i + 1) + " of " + keys.size(),
            "must have at least 8 characters each, of A-Z a-z 0-9 and punctuation, without spaces");
      }
    }
    return keys;
  }

  private static KeyScopes scopes(Property property) {
    String text = property.text(SCOPES).orElse("publish");
    try {
      return KeyScopes.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadSetting(SCOPES, text, String.valueOf(e.getMessage()));
    }
  }

  private static String file(Property property) {
    String file = property.text(FILE).orElse("api.keys");
    DataPath.check(FILE, file);
    return file;
  }

  /** Returns what is allowed but hardly meant, one sentence each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      if (plain.get(i).length() < LONG) {
        warnings.add("key " + (i + 1) + " of " + plain.size() + " in " + KEYS + " has fewer than "
            + LONG + " characters and could be guessed; java -jar heartline.war --make-key makes"
            + " better ones");
      }
    }
    return warnings;
  }
}
