package io.heartline.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.testing.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in files: in each format, bad ones, and ones that change. */
class KeyFileTest {
  private static final String SHORT = "this-secret-is-too-short";

  @TempDir
  Path folder;

  private static boolean knows(Bench server, Issuer issuer) {
    Verdict verdict = server.said(issuer.token("ann"));
    assertThat(verdict).isNotInstanceOf(Verdict.CannotSay.class);
    return verdict instanceof Verdict.Known;
  }

  private void assertRefused(KeyFormat format, String content, String rule) {
    assertThatThrownBy(() -> Bench.file(folder, format, content))
        .isInstanceOf(BadKeys.class)
        .hasMessageContaining(rule)
        .satisfies(e -> assertThat(content.isBlank() || !e.getMessage().contains(content.strip()))
            .isTrue());
  }

  @Test
  void aSecretOfLessThan32BytesIsRefusedAndNeverShown() {
    assertRefused(KeyFormat.SECRET, SHORT, "at least 32 bytes: it has 24");
    assertRefused(
        KeyFormat.SECRET,
        "base64:" + Base64.getEncoder().encodeToString(new byte[31]),
        "at least 32 bytes: it has 31");
    assertRefused(KeyFormat.SECRET, "base64:***", "must hold base64");
    assertRefused(KeyFormat.SECRET, "", "must hold a secret");
    assertRefused(KeyFormat.SECRET, "\n \n", "must hold a secret");
  }

  @Test
  void aSecretMayBeTextOrBase64AndThereMayBeSeveral() throws BadKeys {
    String old = "an-old-secret-that-is-long-enough-for-this";
    String text = "a-new-secret-that-is-long-enough-for-this";
    String bytes = "bytes-in-base64-that-are-long-enough-too";
    Bench server = new Bench(Bench.file(
        folder,
        KeyFormat.SECRET,
        old + "\r\n" + text + "\n\nbase64:"
            + Base64.getEncoder().encodeToString(bytes.getBytes())));
    assertThat(knows(server, Issuer.withSecret(old))).isTrue();
    assertThat(knows(server, Issuer.withSecret(text))).isTrue();
    assertThat(knows(server, Issuer.withSecret(bytes))).isTrue();
    assertThat(knows(server, Issuer.withSecret(old + "x"))).isFalse();
  }

  @Test
  void publicKeysInPem() throws BadKeys {
    Issuer rsa = Issuer.withRsa("a");
    Issuer ec = Issuer.withEc("b");
    Bench server =
        new Bench(Bench.file(folder, KeyFormat.PEM, Bench.pem(rsa.key()) + Bench.pem(ec.key())));
    assertThat(knows(server, rsa)).isTrue();
    assertThat(knows(server, ec)).isTrue();
    assertThat(knows(server, Issuer.withRsa("a"))).isFalse();
    assertThat(knows(server, Issuer.withSecret())).isFalse();
  }

  @Test
  void badPemIsToldByItsRule() throws Exception {
    assertRefused(KeyFormat.PEM, "hello", "must hold a block of BEGIN PUBLIC KEY");
    assertRefused(
        KeyFormat.PEM,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "a private key is in it");
    assertRefused(
        KeyFormat.PEM,
        "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
        "openssl rsa -RSAPublicKey_in");
    assertRefused(
        KeyFormat.PEM,
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "must hold RSA or EC keys");
    assertRefused(
        KeyFormat.PEM,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "a certificate that cannot be read");
    KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
    small.initialize(1024);
    RSAKey weak = new RSAKey.Builder(
            (java.security.interfaces.RSAPublicKey) small.generateKeyPair().getPublic())
        .build();
    assertRefused(KeyFormat.PEM, Bench.pem(weak), "2048 to 8192 bits: one has 1024");
  }

  @Test
  void aSetIsReadAndWhatIsForSomethingElseIsPassedOver() throws Exception {
    Issuer rsa = Issuer.withRsa("good");
    RSAKey forEncryption =
        new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
    String set = new JWKSet(List.of(
            forEncryption, new ECKeyGenerator(Curve.P_384).keyID("p384").generate(), rsa.key()))
        .toString()
        .replace(
            "\"keys\":[",
            "\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"},7,"
                + "{\"kty\":\"RSA\"},{},{\"kty\":\"unheard-of\"},");
    Bench server = new Bench(Bench.file(folder, KeyFormat.JWKS, set));
    assertThat(knows(server, rsa)).isTrue();
    assertThat(knows(server, Issuer.withRsa("good"))).isFalse();
    assertThat(knows(server, Issuer.withRsa("enc"))).isFalse();
  }

  @Test
  void aKeyOfASetIsPinnedToTheAlgorithmItNames() throws BadKeys {
    Issuer rsa = Issuer.withRsa("one"); // signs with RS256
    String set = Bench.set(rsa).replace("\"kty\":", "\"alg\":\"RS512\",\"kty\":");
    assertThat(knows(new Bench(Bench.file(folder, KeyFormat.JWKS, set)), rsa)).isFalse();
    String fits = Bench.set(rsa).replace("\"kty\":", "\"alg\":\"RS256\",\"kty\":");
    assertThat(knows(new Bench(Bench.file(folder, KeyFormat.JWKS, fits)), rsa)).isTrue();
  }

  @Test
  void anOperatorMayAllowFewerAlgorithms() throws BadKeys {
    Issuer rsa = Issuer.withRsa("a");
    Issuer ec = Issuer.withEc("b");
    String set = Bench.set(rsa, ec);
    Bench server = new Bench(Bench.file(folder, KeyFormat.JWKS, set, List.of("ES256")));
    assertThat(knows(server, rsa)).isFalse();
    assertThat(knows(server, ec)).isTrue();
    assertThatThrownBy(() -> Bench.file(folder, KeyFormat.JWKS, set, List.of("HS256")))
        .isInstanceOf(BadKeys.class);
    assertThatThrownBy(() -> Algorithms.of(List.of("none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HS256");
  }

  @Test
  void aSetMayHoldSecretsInAFileButNotAtAnAddress() throws Exception {
    OctetSequenceKey secret = new OctetSequenceKeyGenerator(256).keyID("s").generate();
    String set = new JWKSet(secret).toString(false);
    assertThat(Bench.file(folder, KeyFormat.JWKS, set)).isNotNull();
    assertThatThrownBy(
            () -> KeyFormat.PUBLIC_JWKS.parse(set, Algorithms.of(List.of()).all()))
        .isInstanceOf(BadKeys.class);
  }

  @Test
  void setsThatAreNoneAreToldByTheirRule() {
    for (String bad : List.of("", "x", "[]", "null", "{}", "{\"keys\":{}}", "{\"keys\":null}")) {
      assertRefused(KeyFormat.JWKS, bad, "must hold a set of keys in JSON");
    }
    assertRefused(KeyFormat.JWKS, "{\"keys\":[]}", "must hold an RSA, EC or oct key");
    assertRefused(KeyFormat.JWKS, "{\"keys\":" + "[".repeat(100_000), "must hold a set");
    assertRefused(KeyFormat.JWKS, "x".repeat(256 * 1024 + 1), "at most 262144 bytes");
  }

  @Test
  void aFileThatIsNotThereOrNoTextIsToldSo() throws IOException {
    Path file = folder.resolve("keys");
    assertThatThrownBy(() -> KeyFile.open(file, KeyFormat.JWKS, Algorithms.of(List.of()), () -> 0))
        .isInstanceOf(BadKeys.class)
        .hasMessage("must be a file that is there");
    Files.write(file, new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(
            () -> KeyFile.open(file, KeyFormat.SECRET, Algorithms.of(List.of()), () -> 0))
        .isInstanceOf(BadKeys.class)
        .hasMessage("must be text in UTF-8");
  }

  @Test
  void aChangedFileIsReadAgainAndABadOneChangesNothing() throws Exception {
    Issuer first = Issuer.withRsa("1");
    Issuer second = Issuer.withRsa("2");
    KeyFile keys = Bench.file(folder, KeyFormat.JWKS, Bench.set(first));
    Bench server = new Bench(keys);
    Path file = folder.resolve("keys");
    Files.writeString(file, Bench.set(first, second));
    assertThat(knows(server, second)).isFalse();
    keys.tend();
    assertThat(knows(server, first)).isTrue();
    assertThat(knows(server, second)).isTrue();
    Files.writeString(file, "{\"keys\":[");
    keys.tend();
    assertThat(knows(server, first)).isTrue();
    Files.delete(file);
    keys.tend();
    assertThat(knows(server, first)).isTrue();
    Files.writeString(file, Bench.set(second));
    keys.tend();
    assertThat(knows(server, first)).isFalse();
    assertThat(knows(server, second)).isTrue();
  }

  @Test
  void aTokenThatNamesNoKeyIsNotTriedWithVeryMany() throws BadKeys {
    Issuer[] many = new Issuer[9];
    for (int i = 0; i < many.length; i++) {
      many[i] = Issuer.withEc("k" + i);
    }
    Bench server = new Bench(Bench.file(folder, KeyFormat.JWKS, Bench.set(many)));
    assertThat(knows(server, many[8])).isTrue();
    assertThat(server.said(Issuer.withEc(null).token("ann")))
        .isEqualTo(new Verdict.Wrong("the token must name its key (kid): there are 9"));
  }
}
