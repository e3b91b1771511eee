package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.model.ApiKey;
import io.heartline.model.KeyScopes;
import io.heartline.testing.RecordingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {
  private static final KeyScopes PUBLISH = KeyScopes.parse("publish");

  @TempDir
  Path folder;

  private Path file;
  private long now = 1_000;
  private final RecordingLog said = new RecordingLog();

  @BeforeEach
  void name() {
    file = folder.resolve("api.keys");
  }

  private ApiKeys open(String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines));
    return new ApiKeys(Map.of(), ApiKeyFile.open(file, said), () -> now);
  }

  private static ApiKey found(ApiKeys keys, NewKey key) {
    return keys.find("Bearer " + key.secret());
  }

  @Test
  void anyOfTheKeysIsFoundAndNothingElse() throws IOException {
    ApiKeys keys = new ApiKeys(
        Map.of(
            "new", new ApiKey("1", PUBLISH, ApiKey.NEVER),
            "old", new ApiKey("2", PUBLISH, ApiKey.NEVER)),
        ApiKeyFile.open(file),
        () -> now);
    assertThat(keys.find("Bearer new")).hasToString("1");
    assertThat(keys.find("bearer old")).hasToString("2");
    for (String other : new String[] {"Bearer ne", "Bearer ", "Bearer newer", "Basic new", "new"}) {
      assertThat(keys.find(other)).as(other).isNull();
    }
    assertThat(keys.find(null)).isNull();
  }

  @Test
  void aKeyThatWasMadeIsFoundByItsLineWithItsNameAndScopes() throws IOException {
    NewKey orders = NewKey.make("orders", "publish:order:*", null);
    NewKey ops = NewKey.make("ops", "drain,read", "2027-01-31");
    ApiKeys keys = open("# ours", "", orders.line(), "  " + ops.line() + "  ");
    assertThat(found(keys, orders))
        .isEqualTo(new ApiKey("orders", KeyScopes.parse("publish:order:*"), ApiKey.NEVER));
    assertThat(found(keys, ops))
        .isEqualTo(new ApiKey(
            "ops",
            KeyScopes.parse("drain,read"),
            Instant.parse("2027-01-31T00:00:00Z").toEpochMilli()));
    assertThat(orders.secret()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(ops.secret());
    assertThat(orders.line() + orders).doesNotContain(orders.secret());
    assertThat(keys.find("Bearer " + orders.line().replaceFirst(".*sha256=(\\S+).*", "$1")))
        .as("the hash is no key")
        .isNull();
  }

  @Test
  void severalKeysOfOneNameAreValidUntilEachExpires() throws IOException {
    NewKey before = NewKey.make("orders", "publish", "2027-01-31T12:00:00Z");
    NewKey after = NewKey.make("orders", "publish", null);
    ApiKeys keys = open(before.line(), after.line());
    now = Instant.parse("2027-01-31T11:59:59.999Z").toEpochMilli();
    assertThat(found(keys, before)).isNotNull();
    assertThat(found(keys, after)).isNotNull();
    now++;
    assertThat(found(keys, before)).isNull();
    assertThat(keys.known("Bearer " + before.secret())).hasToString("orders");
    assertThat(found(keys, after)).isNotNull();
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    NewKey first = NewKey.make("a", "publish", null);
    NewKey second = NewKey.make("b", "publish", null);
    ApiKeys keys = open(first.line());
    keys.tend();
    assertThat(said.next()).isEmpty();
    Files.writeString(file, second.line()); // as long as before, maybe within the same tick
    keys.tend();
    assertThat(found(keys, first)).isNull();
    assertThat(found(keys, second)).hasToString("b");
    assertThat(said.next()).containsExactly("INFO " + file + " was read again: 1 keys");
    Files.writeString(file, "");
    keys.tend();
    assertThat(found(keys, second)).isNull();
  }

  @Test
  void aFileThatComesLaterIsRead() throws IOException {
    ApiKeys keys = new ApiKeys(Map.of(), ApiKeyFile.open(file, said), () -> now);
    keys.tend();
    NewKey key = NewKey.make("a", "publish", null);
    Files.writeString(file, "\uFEFF" + key.line() + "\r\n");
    keys.tend();
    assertThat(found(keys, key)).hasToString("a");
  }

  @Test
  void aBrokenFileKeepsTheLastGoodKeysAndIsLoggedOnce() throws IOException {
    NewKey key = NewKey.make("a", "publish", null);
    ApiKeys keys = open(key.line());
    String kept = "; the 1 keys that were read last stay valid";
    Files.writeString(file, key.line() + "\nb scopes=publish sha256=secret-in-plain");
    keys.tend();
    keys.tend();
    assertThat(found(keys, key)).isNotNull();
    assertThat(said.next())
        .containsExactly("ERROR " + file
            + ": line 2: sha256 must be given: 64 hex digits, as --make-key prints them" + kept);
    Files.write(file, new byte[] {'a', (byte) 0xff});
    keys.tend();
    assertThat(said.next()).containsExactly("ERROR " + file + ": it must be text in UTF-8" + kept);
    Files.delete(file);
    keys.tend();
    keys.tend();
    assertThat(said.next()).containsExactly("ERROR " + file + ": is no longer there" + kept);
    assertThat(found(keys, key)).isNotNull();
    Files.writeString(file, key.line());
    keys.tend();
    Files.delete(file);
    keys.tend();
    assertThat(said.next()).hasSize(2).last().asString().contains("is no longer there");
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Files.write(file, new byte[ApiKeyFile.MAX_BYTES + 1]);
    assertThatThrownBy(() -> ApiKeyFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most " + ApiKeyFile.MAX_BYTES + " bytes");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      a%b SHA scopes=read                     | the name must have 1 to 64 characters of A-Z a-z 0-9 . _ -
      a                                       | sha256 must be given: 64 hex digits, as --make-key prints them
      a SHA                                   | scopes must be publish, publish:CHANNEL, publish:BEGINNING*, read
      a SHA scopes=write                      | scopes must be publish, publish:CHANNEL, publish:BEGINNING*, read
      a SHA scopes=publish:a*b                | scopes must have a channel's name behind publish:
      a SHA scopes=read scopes=drain          | scopes must be given once
      a SHA scopes=read, drain                | behind the name must be fields such as sha256=
      a SHA scopes=read rate=5                | behind the name must be fields such as sha256=
      a SHA scopes=read expires=tomorrow      | expires must be a day or a moment in UTC, such as 2027-01-31 or 2027-01-31T12:00:00Z: tomorrow
      a SHA scopes=read expires=2027-02-30    | expires must be a day or a moment in UTC
      a SHA scopes=read expires=+1000000000-12-31T23:59:59Z | expires must be a day or a moment in UTC
      a sha256=00 scopes=read                 | sha256 must be given: 64 hex digits
      """)
  void aBrokenLineEndsTheStartWithItsNumberAndRule(String line, String rule) {
    String good = "good SHA scopes=read".replace("SHA", "sha256=" + "0".repeat(64));
    assertThatThrownBy(() -> open(good, line.replace("SHA", "sha256=" + "1".repeat(64))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " must hold keys: line 2: " + rule);
  }

  @Test
  void oneKeyHasOneLine() {
    NewKey key = NewKey.make("a", "publish", null);
    assertThatThrownBy(() -> open(key.line(), key.line().replaceFirst("^a", "b")))
        .hasMessageContaining("line 2: sha256 must be another one than in the lines before");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      two words | publish | 2027-01-31 | behind the name must be fields
      #a        | publish | 2027-01-31 | the name must have
      a         | write   | 2027-01-31 | scopes must be
      a         | publish | soon       | expires must be
      """)
  void noKeyIsMadeThatCouldNotBeRead(String name, String scopes, String expires, String rule) {
    assertThatThrownBy(() -> NewKey.make(name, scopes, expires))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(rule);
  }

  @Test
  void nothingShowsAKeyOrItsHash() {
    NewKey key = NewKey.make("a", "publish", null);
    KeyHash hash = KeyHash.of(key.secret());
    assertThat(hash).isEqualTo(KeyHash.parse(hash.hex())).doesNotHaveToString(hash.hex());
    assertThat(hash.toString()).doesNotContain(hash.hex());
    assertThat(hash.hex())
        .hasSize(64)
        .isNotEqualTo(KeyHash.of("x").hex())
        .doesNotContain(key.secret());
  }
}
