package io.heartline.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.testing.Issuer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens as attackers make them, at each kind of key. All are wrong, and none breaks anything. */
class HostileTokensTest {
  @TempDir
  static Path folder;

  private static final Issuer SECRET = Issuer.withSecret();
  private static final Issuer RSA = Issuer.withRsa("rsa-1");
  private static final Issuer EC = Issuer.withEc("ec-1");

  private static Map<String, Bench> servers;
  private static Map<String, String> corpus;

  @BeforeAll
  static void start() throws Exception {
    servers = new LinkedHashMap<>();
    servers.put(
        "secret",
        new Bench(KeyFile.open(Issuer.secretFile(folder), KeyFormat.SECRET, all(), () -> 0)));
    servers.put(
        "pem",
        new Bench(Bench.file(folder, KeyFormat.PEM, Bench.pem(RSA.key()) + Bench.pem(EC.key()))));
    servers.put("set", new Bench(Bench.file(folder, KeyFormat.JWKS, Bench.set(RSA, EC))));
  }

  private static Algorithms all() {
    return Algorithms.of(List.of());
  }

  private static String encode(String text) {
    return Base64URL.encode(text).toString();
  }

  private static String claims(String more) {
    long exp = Instant.now().getEpochSecond() + 3600;
    return "{\"sub\":\"ann\",\"iss\":\"" + Issuer.ISSUER + "\",\"aud\":\"" + Issuer.AUDIENCE
        + "\",\"exp\":" + exp + more + "}";
  }

  /** Signed with the secret, whatever the header says. */
  private static String hmac(String algorithm, byte[] secret, String header, String payload) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret, algorithm));
      String input = encode(header) + '.' + encode(payload);
      return input + '.' + Base64URL.encode(mac.doFinal(input.getBytes(UTF_8)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A good secret and a good signature, with whatever in the header and the claims. */
  private static String signed(String header, String payload) {
    return hmac(
        "HmacSHA256",
        "0123456789abcdef0123456789abcdef-a-secret-of-the-tests".getBytes(UTF_8),
        header,
        payload);
  }

  private static String withClaims(Consumer<JWTClaimsSet.Builder> changes) {
    return SECRET.token("ann", changes);
  }

  private static byte[] publicKey() throws JOSEException {
    return RSA.key().toRSAKey().toRSAPublicKey().getEncoded();
  }

  /** By what is wrong with them; made once, since some need keys. */
  private static synchronized Map<String, String> corpus() throws Exception {
    if (corpus == null) {
      corpus = made();
    }
    return corpus;
  }

  private static Map<String, String> made() throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    String good = SECRET.token("ann");
    String[] parts = good.split("\\.");
    String plain = "{\"alg\":\"HS256\"}";
    // no signature, or one for show
    all.put("alg none, no signature", encode("{\"alg\":\"none\"}") + '.' + parts[1] + '.');
    all.put(
        "alg none, a signature", encode("{\"alg\":\"none\"}") + '.' + parts[1] + '.' + parts[2]);
    for (String none : List.of("None", "NONE", "nOnE", "")) {
      all.put("alg '" + none + "'", encode("{\"alg\":\"" + none + "\"}") + '.' + parts[1] + ".AA");
    }
    all.put("no alg", encode("{\"typ\":\"JWT\"}") + '.' + parts[1] + '.' + parts[2]);
    all.put("alg null", encode("{\"alg\":null}") + '.' + parts[1] + '.' + parts[2]);
    all.put("alg a number", encode("{\"alg\":256}") + '.' + parts[1] + '.' + parts[2]);
    all.put("alg a list", encode("{\"alg\":[\"HS256\"]}") + '.' + parts[1] + '.' + parts[2]);
    all.put("alg twice", encode("{\"alg\":\"HS256\",\"alg\":\"none\"}") + '.' + parts[1] + ".AA");
    all.put("two parts", parts[0] + '.' + parts[1]);
    all.put("no signature", parts[0] + '.' + parts[1] + '.');
    all.put("half a signature", good.substring(0, good.length() - 20));
    all.put("a signature of zeros", parts[0] + '.' + parts[1] + '.' + "A".repeat(43));
    all.put(
        "another's signature",
        parts[0] + '.' + parts[1] + '.' + SECRET.token("bob").split("\\.")[2]);
    all.put(
        "other claims under the signature",
        parts[0] + '.' + encode(claims(",\"admin\":true")) + '.' + parts[2]);
    // confusion of algorithms: the public key, which everybody has, as an HMAC's secret
    for (String kid : List.of("", ",\"kid\":\"rsa-1\"")) {
      String header = "{\"alg\":\"HS256\"" + kid + "}";
      all.put(
          "RS to HS with the key's DER" + kid, hmac("HmacSHA256", publicKey(), header, claims("")));
      all.put(
          "RS to HS with the key's PEM" + kid,
          hmac("HmacSHA256", Bench.pem(RSA.key()).getBytes(UTF_8), header, claims("")));
      all.put(
          "RS to HS with the key's PEM, stripped" + kid,
          hmac("HmacSHA256", Bench.pem(RSA.key()).strip().getBytes(UTF_8), header, claims("")));
      all.put(
          "RS to HS with the key as JSON" + kid,
          hmac(
              "HmacSHA256",
              RSA.key().toPublicJWK().toJSONString().getBytes(UTF_8),
              header,
              claims("")));
    }
    all.put(
        "RS to HS512 with the key's PEM",
        hmac(
            "HmacSHA512", Bench.pem(RSA.key()).getBytes(UTF_8), "{\"alg\":\"HS512\"}", claims("")));
    all.put("an empty secret's", hmac("HmacSHA256", new byte[1], plain, claims("")));
    all.put("a guessed secret's", hmac("HmacSHA256", "secret".getBytes(UTF_8), plain, claims("")));
    all.put(
        "a file's name as the key",
        hmac(
            "HmacSHA256",
            new byte[1],
            "{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\"}",
            claims("")));
    all.put(
        "SQL as the key's name",
        hmac(
            "HmacSHA256",
            "x".getBytes(UTF_8),
            "{\"alg\":\"HS256\",\"kid\":\"' UNION SELECT 'x\"}",
            claims("")));
    // keys that the token brings along
    var own = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    var signer = new RSASSASigner(own);
    JWTClaimsSet set = JWTClaimsSet.parse(claims(""));
    JWSHeader.Builder[] headers = {
      new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1"),
      new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()),
      new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1").jwk(own.toPublicJWK()),
      new JWSHeader.Builder(JWSAlgorithm.RS256)
          .jwkURL(java.net.URI.create("http://127.0.0.1:9/keys")),
      new JWSHeader.Builder(JWSAlgorithm.RS256)
          .x509CertURL(java.net.URI.create("http://127.0.0.1:9/cert")),
      new JWSHeader.Builder(JWSAlgorithm.RS256)
          .x509CertChain(List.of(new com.nimbusds.jose.util.Base64("AAAA"))),
    };
    for (int i = 0; i < headers.length; i++) {
      var token = new com.nimbusds.jwt.SignedJWT(headers[i].build(), set);
      token.sign(signer);
      all.put("a key of its own, " + i, token.serialize());
    }
    all.put(
        "a symmetric key of its own",
        signedBy(
            "0123456789abcdef0123456789abcdef".getBytes(UTF_8),
            "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\""
                + Base64URL.encode("0123456789abcdef0123456789abcdef") + "\"}}"));
    // signatures that some libraries take
    String es = encode("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}") + '.' + encode(claims("")) + '.';
    all.put("ES256 with r and s zero", es + Base64URL.encode(new byte[64]));
    byte[] order = HexFormat.of()
        .parseHex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551".repeat(2));
    all.put("ES256 with r and s the order", es + Base64URL.encode(order));
    all.put("ES256 in DER", es + Base64URL.encode(HexFormat.of().parseHex("3006020100020100")));
    all.put(
        "RS256 with zeros",
        encode("{\"alg\":\"RS256\"}")
            + '.'
            + encode(claims(""))
            + '.'
            + Base64URL.encode(new byte[256]));
    all.put(
        "a hash only",
        encode("{\"alg\":\"RS256\"}")
            + '.'
            + encode(claims(""))
            + '.'
            + Base64URL.encode(
                MessageDigest.getInstance("SHA-256").digest(claims("").getBytes(UTF_8))));
    // headers that must be understood, and other kinds
    all.put("crit unknown", signed("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", claims("")));
    all.put("crit b64", signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":true}", claims("")));
    all.put("crit empty", signed("{\"alg\":\"HS256\",\"crit\":[]}", claims("")));
    all.put("crit exp", signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", claims("")));
    all.put("b64 false", signed("{\"alg\":\"HS256\",\"b64\":false}", claims("")));
    all.put("a log-out token", signed("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", claims("")));
    all.put(
        "a proof of possession", signed("{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", claims("")));
    all.put("a nested token", signed("{\"alg\":\"HS256\",\"cty\":\"JWT\"}", good));
    all.put(
        "encrypted",
        encode("{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}") + "..AA.AA.AA");
    all.put("encrypted, three parts", encode("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}") + ".AA.AA");
    all.put("in JSON", "{\"payload\":\"" + parts[1] + "\",\"signatures\":[]}");
    // size and shape
    all.put("empty", "");
    all.put("two dots", "..");
    all.put("too long", withClaims(claims -> claims.claim("x", "x".repeat(8192))));
    all.put("a megabyte of dots", ".".repeat(1 << 20));
    all.put("a deep header", encode("{\"alg\":\"HS256\",\"x\":" + "[".repeat(5000)) + ".AA.AA");
    all.put("a deep claim", signed(plain, "{\"x\":" + "[".repeat(4000) + "]".repeat(4000) + "}"));
    all.put("not base64url", parts[0] + '.' + parts[1] + "+/." + parts[2]);
    all.put("padded", good + "==");
    all.put("a space behind", good + ' ');
    all.put("a line break", parts[0] + ".\r\n" + parts[1] + '.' + parts[2]);
    all.put("header not JSON", signed("alg=HS256", claims("")));
    all.put("header null", signed("null", claims("")));
    all.put("header empty", signed("{}", claims("")));
    all.put("header a list", signed("[]", claims("")));
    all.put(
        "header half a character", signed("{\"alg\":\"HS256\",\"kid\":\"\\ud800\"", claims("")));
    all.put("claims not JSON", signed(plain, "sub=ann"));
    all.put("claims a list", signed(plain, "[1]"));
    all.put("claims null", signed(plain, "null"));
    // what it says
    Date past = Date.from(Instant.now().minusSeconds(3600));
    all.put("expired", withClaims(claims -> claims.expirationTime(past)));
    all.put("without expiry", withClaims(claims -> claims.expirationTime(null)));
    all.put(
        "expiry as text", signed(plain, claims("").replaceAll("\"exp\":(\\d+)", "\"exp\":\"$1\"")));
    all.put("expiry null", signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":null")));
    all.put("expiry true", signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":true")));
    all.put(
        "expiry in milliseconds",
        signed(plain, claims("").replaceAll("\"exp\":(\\d+)", "\"exp\":$1000")));
    all.put(
        "expiry that overflows",
        signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":9223372036854775807")));
    all.put(
        "expiry beyond all", signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":1e308")));
    all.put(
        "expiry not a number", signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":NaN")));
    all.put("expiry negative", signed(plain, claims("").replaceAll("\"exp\":\\d+", "\"exp\":-1")));
    all.put("expiry twice", signed(plain, claims(",\"exp\":99999999999")));
    all.put("user twice", signed(plain, claims(",\"sub\":\"bob\"")));
    all.put(
        "not yet",
        withClaims(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(3600)))));
    all.put("another issuer", withClaims(claims -> claims.issuer("https://evil.example")));
    all.put("no issuer", withClaims(claims -> claims.issuer(null)));
    all.put(
        "issuer a list",
        signed(
            plain, claims("").replace("\"" + Issuer.ISSUER + "\"", "[\"" + Issuer.ISSUER + "\"]")));
    all.put(
        "issuer with more", withClaims(claims -> claims.issuer(Issuer.ISSUER + ".evil.example")));
    all.put("another audience", withClaims(claims -> claims.audience("shop")));
    all.put("no audience", withClaims(claims -> claims.audience((String) null)));
    all.put(
        "audience an object",
        signed(
            plain,
            claims("")
                .replace("\"aud\":\"" + Issuer.AUDIENCE + "\"", "\"aud\":{\"heartline\":1}")));
    all.put("no user", withClaims(claims -> claims.subject(null)));
    all.put("an empty user", withClaims(claims -> claims.subject("")));
    all.put("a user with a line break", withClaims(claims -> claims.subject("ann\nINFO root in")));
    all.put("a user of NUL", withClaims(claims -> claims.subject("ann\0")));
    all.put("a user too long", withClaims(claims -> claims.subject("a".repeat(129))));
    all.put("half a character", signed(plain, claims("").replace("\"ann\"", "\"\\ud800\"")));
    all.put("a user that is a list", signed(plain, claims("").replace("\"ann\"", "[\"ann\"]")));
    all.put("a token id that is a number", signed(plain, claims(",\"jti\":7")));
    return all;
  }

  private static String signedBy(byte[] secret, String header) {
    return hmac("HmacSHA256", secret, header, claims(""));
  }

  static List<String> names() throws Exception {
    return List.copyOf(corpus().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isWrongEverywhere(String name) throws Exception {
    String token = corpus().get(name);
    servers.forEach((keys, server) -> {
      Verdict verdict = server.said(token);
      assertThat(verdict).as("at a server with a %s", keys).isInstanceOf(Verdict.Wrong.class);
      String why = ((Verdict.Wrong) verdict).why();
      assertThat(why).hasSizeLessThan(140).matches("[ -~]+");
      assertThat(token.length() < 20 || !why.contains(token)).isTrue();
    });
  }

  @Test
  void theSameMadeHonestlyIsRight() {
    assertThat(servers.get("secret").said(SECRET.token("ann"))).isInstanceOf(Verdict.Known.class);
    assertThat(servers.get("secret").said(signed("{\"alg\":\"HS256\"}", claims(""))))
        .isInstanceOf(Verdict.Known.class);
    for (Issuer issuer : List.of(RSA, EC)) {
      assertThat(servers.get("pem").said(issuer.token("ann"))).isInstanceOf(Verdict.Known.class);
      assertThat(servers.get("set").said(issuer.token("ann"))).isInstanceOf(Verdict.Known.class);
    }
  }

  /** Whatever is changed about a good token, it is wrong, and nothing breaks. */
  @Test
  void noMutantIsTakenForSomebodyElse() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<String, Issuer> issuers = Map.of("secret", SECRET, "pem", RSA, "set", EC);
    int known = 0;
    for (int i = 0; i < 12_000; i++) {
      List<String> names = new ArrayList<>(issuers.keySet());
      Collections.sort(names);
      String name = names.get(i % names.size());
      String token = TOKENS.computeIfAbsent(name, absent -> issuers.get(absent).token("ann"));
      String mutant = mutant(token, random);
      Verdict verdict = servers.get(name).said(mutant);
      if (verdict instanceof Verdict.Known who) { // the same bits, written in another way
        known++;
        assertThat(who.identity().user().id()).as("seed %s, %s", seed, mutant).isEqualTo("ann");
      } else {
        assertThat(verdict).as("seed %s, %s", seed, mutant).isInstanceOf(Verdict.Wrong.class);
      }
    }
    assertThat(known).as("seed %s: nearly all are wrong", seed).isLessThan(1_200);
  }

  private static final Map<String, String> TOKENS = new LinkedHashMap<>();

  private static String mutant(String token, Random random) {
    String[] parts = token.split("\\.");
    int part = random.nextInt(3);
    byte[] bytes = new Base64URL(parts[part]).decode();
    StringBuilder text = new StringBuilder(token);
    switch (random.nextInt(8)) {
      case 0 -> text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
      case 1 -> text.deleteCharAt(random.nextInt(text.length()));
      case 2 -> text.insert(random.nextInt(text.length()), (char) random.nextInt(0x300));
      case 3 -> text.setLength(random.nextInt(text.length()));
      case 4 -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        parts[part] = Base64URL.encode(bytes).toString();
        return String.join(".", parts);
      }
      case 5 -> {
        String header = new String(new Base64URL(parts[0]).decode(), UTF_8);
        int at = random.nextInt(header.length());
        String[] pieces = {"\"", "{", "[", "null", "\\u0000", ",\"crit\":[\"a\"]", "1e999", "}", ":"
        };
        parts[0] = encode(
            header.substring(0, at) + pieces[random.nextInt(pieces.length)] + header.substring(at));
        return String.join(".", parts);
      }
      case 6 -> {
        Collections.swap(java.util.Arrays.asList(parts), part, random.nextInt(3));
        return String.join(".", parts);
      }
      default -> {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        parts[part] = Base64URL.encode(noise).toString();
        return String.join(".", parts);
      }
    }
    return text.toString();
  }
}
