package io.heartline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyScopesTest {
  private static boolean publishes(String scopes, String channel) {
    return KeyScopes.parse(scopes).allowPublish(new ChannelName(channel));
  }

  @Test
  void eachScopeAllowsItselfAlone() {
    for (Scope scope : Scope.values()) {
      KeyScopes scopes = KeyScopes.parse(scope.word());
      for (Scope other : Scope.values()) {
        assertThat(scopes.allow(other)).as("%s by %s", other, scope).isEqualTo(other == scope);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = """
      publish,                        user:ann,     true
      publish:*,                      user:ann,     true
      publish:order:*,                order:1,      true
      publish:order:*,                order:,       true
      publish:order:*,                order,        false
      publish:order:*,                orders:1,     false
      publish:order:*,                Order:1,      false
      publish:order:1,                order:1,      true
      publish:order:1,                order:11,     false
      'read, publish:a:* ,publish:b', b,            true
      'read, publish:a:* ,publish:b', bb,           false
      read,                           order:1,      false
      'drain,disconnect,metrics',     order:1,      false
      """)
  void aPatternEndsWithAStarOrIsTheWholeName(String scopes, String channel, boolean allowed) {
    assertThat(publishes(scopes, channel)).isEqualTo(allowed);
  }

  @Test
  void whoPublishesSomewherePublishes() {
    assertThat(KeyScopes.parse("publish:a").allow(Scope.PUBLISH)).isTrue();
    assertThat(KeyScopes.parse("publish:a").allow(Scope.READ)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "publish,",
        "Publish",
        "write",
        "publish:",
        "publish:a*b",
        "publish:a b",
        "publish:**",
        "read:a",
        "publish:a;read",
        "publish read"
      })
  void whatIsNoScopeIsRefused(String text) {
    assertThatThrownBy(() -> KeyScopes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itIsWrittenAsItIsRead() {
    String text = "read,drain,publish:order:*,publish:x";
    assertThat(KeyScopes.parse(text)).hasToString(text);
    assertThat(KeyScopes.parse(KeyScopes.parse(text).toString())).isEqualTo(KeyScopes.parse(text));
  }
}
