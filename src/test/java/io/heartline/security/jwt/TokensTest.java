package io.heartline.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.model.Identity;
import io.heartline.testing.Issuer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where tokens are found, and what good ones say. */
class TokensTest {
  @TempDir
  Path folder;

  private final Issuer issuer = Issuer.withSecret();
  private Bench server;

  @BeforeEach
  void open() throws BadKeys {
    server = new Bench(KeyFile.open(
        Issuer.secretFile(folder), KeyFormat.SECRET, Algorithms.of(List.of()), () -> 0));
  }

  private static Identity known(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Known.class);
    return verdict.identity();
  }

  private Identity shown(String header, String... lines) {
    return known(Bench.ask(server.tokens.shown(), Map.of(header, List.of(lines)), null));
  }

  @Test
  void aTokenSaysWhoTheUserIsAndUntilWhen() {
    Instant expiry = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
    Identity identity = known(server.said(issuer.token(
        "ann@example.com", claims -> claims.expirationTime(Date.from(expiry)).jwtID("j-1"))));
    assertThat(identity.user().id()).isEqualTo("ann@example.com");
    assertThat(identity.tokenId()).isEqualTo("j-1");
    // as long as it would be taken from somebody who comes with it
    assertThat(identity.expiresAtMillis()).isEqualTo(expiry.plusSeconds(30).toEpochMilli());
    assertThat(identity.grants()).isEmpty();
  }

  @Test
  void groupsAndClaimsBecomeWords() {
    Identity identity = known(server.said(issuer.token(
        "ann",
        claims -> claims
            .claim("groups", List.of("admin", "staff"))
            .claim("realm", Map.of("roles", List.of("offline")))
            .claim("team", "red")
            .claim("tier", List.of(1, 2))
            .claim("https://shop.example/tenant", true)
            .claim("password", "not asked for"))));
    assertThat(identity.grants())
        .containsExactlyInAnyOrder(
            "group:admin",
            "group:staff",
            "group:offline",
            "claim.team=red",
            "claim.tier=1",
            "claim.tier=2",
            "claim.https://shop.example/tenant=true");
  }

  @Test
  void whatIsNoWordIsPassedOver() {
    Identity identity = known(server.said(issuer.token(
        "ann",
        claims -> claims
            .claim("groups", List.of("", Map.of("name", "x"), List.of("y"), 1.5))
            .claim("team", Map.of("red", true)))));
    assertThat(identity.grants()).isEmpty();
  }

  @Test
  void theUserMayBeInAnotherClaimAndANumber() throws BadKeys {
    TokenRules rules = new TokenRules(
        Set.of(), Set.of(), false, Duration.ZERO, "account.id", List.of(), List.of());
    Bench open = new Bench(
        KeyFile.open(
            Issuer.secretFile(folder), KeyFormat.SECRET, Algorithms.of(List.of()), () -> 0),
        rules);
    Identity identity = known(open.said(issuer.token(
        null,
        claims -> claims
            .issuer(null)
            .audience((String) null)
            .expirationTime(null)
            .claim("account", Map.of("id", 42)))));
    assertThat(identity.user().id()).isEqualTo("42");
    assertThat(identity.expiresAtMillis()).isEqualTo(Identity.NEVER);
  }

  @Test
  void anyOfSeveralIssuersAndAudiencesWillDo() {
    known(server.said(issuer.token("ann", claims -> claims.issuer("https://other.example"))));
    known(server.said(
        issuer.token("ann", claims -> claims.audience(List.of("shop", Issuer.AUDIENCE)))));
  }

  @Test
  void clocksMayDifferByTheSkewAndNoMore() {
    String token = issuer.token("ann", Duration.ofSeconds(100));
    server.time.advance(Duration.ofSeconds(129));
    known(server.said(token));
    server.time.advance(Duration.ofSeconds(2));
    assertThat(server.said(token)).isEqualTo(new Verdict.Wrong("the token has expired"));
    Date soon = Date.from(Instant.now().plusSeconds(20));
    Bench early = server;
    early.time.advance(Duration.ofSeconds(-131));
    known(early.said(issuer.token("ann", claims -> claims.notBeforeTime(soon))));
    early.time.advance(Duration.ofSeconds(-12));
    assertThat(early.said(issuer.token("ann", claims -> claims.notBeforeTime(soon))))
        .isInstanceOf(Verdict.Wrong.class);
  }

  @Test
  void aTokenIsFoundInEachOfItsPlaces() {
    String token = issuer.token("ann");
    assertThat(shown("Authorization", "Bearer " + token).user().id()).isEqualTo("ann");
    assertThat(shown("Authorization", "bearer  " + token).user().id()).isEqualTo("ann");
    assertThat(shown("Sec-WebSocket-Protocol", "heartline.v1, bearer." + token)
            .user()
            .id())
        .isEqualTo("ann");
    assertThat(shown("Sec-WebSocket-Protocol", "heartline.v1", "bearer." + token)
            .user()
            .id())
        .isEqualTo("ann");
    assertThat(known(Bench.ask(
                server.tokens.kept(),
                Map.of("Cookie", List.of("a=b; live-token=" + token + "; c=d")),
                null))
            .user()
            .id())
        .isEqualTo("ann");
  }

  @Test
  void whoShowsNoTokenIsNobody() {
    Authenticator shown = server.tokens.shown();
    Authenticator kept = server.tokens.kept();
    assertThat(Bench.ask(shown, Map.of(), null)).isEqualTo(new Verdict.Nobody());
    assertThat(Bench.ask(kept, Map.of(), null)).isEqualTo(new Verdict.Nobody());
    Map<String, List<String>> others = Map.of(
        "Authorization", List.of("Basic YTpi"),
        "Sec-WebSocket-Protocol", List.of("heartline.v1, v12.stomp"),
        "Cookie", List.of("JSESSIONID=1; other-live-token=" + issuer.token("ann")));
    assertThat(Bench.ask(shown, others, null)).isEqualTo(new Verdict.Nobody());
    assertThat(Bench.ask(kept, others, null)).isEqualTo(new Verdict.Nobody());
  }

  @Test
  void twoTokensInOnePlaceAreRefused() {
    String ann = issuer.token("ann");
    String bob = issuer.token("bob");
    Authenticator shown = server.tokens.shown();
    assertThat(List.of(
            Bench.ask(
                shown, Map.of("Authorization", List.of("Bearer " + ann, "Bearer " + bob)), null),
            Bench.ask(
                shown,
                Map.of("Sec-WebSocket-Protocol", List.of("bearer." + ann + ", bearer." + bob)),
                null),
            Bench.ask(
                server.tokens.kept(),
                Map.of("Cookie", List.of("live-token=" + ann + "; live-token=" + bob)),
                null)))
        .allMatch(verdict -> verdict instanceof Verdict.Wrong);
  }

  @Test
  void anEmptyTokenIsNotNobodys() {
    assertThat(server.said("")).isInstanceOf(Verdict.Wrong.class);
    assertThat(Bench.ask(server.tokens.shown(), Map.of("Authorization", List.of("Bearer ")), null))
        .isInstanceOf(Verdict.Wrong.class);
    assertThat(Bench.ask(server.tokens.kept(), Map.of("Cookie", List.of("live-token=")), null))
        .isInstanceOf(Verdict.Wrong.class);
  }
}
