package io.heartline.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import io.heartline.engine.Authenticator;
import io.heartline.engine.ChannelTokens.Verdict;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.Issuer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that open a channel: which one, to whom, and for how long. */
class ChannelTokensTest {
  private static final Identity ANN = Identity.of(new User("ann"));
  private static final Instant END = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS);

  @TempDir
  Path folder;

  private final Issuer issuer = Issuer.withSecret();
  private Bench server;

  @BeforeEach
  void open() throws BadKeys {
    server = new Bench(KeyFile.open(
        Issuer.secretFile(folder), KeyFormat.SECRET, Algorithms.of(List.of()), () -> 0));
  }

  /** A token for ann and order:7, but for these changes. */
  private String token(Consumer<JWTClaimsSet.Builder> changes) {
    return token("channel+jwt", changes);
  }

  private String token(String type, Consumer<JWTClaimsSet.Builder> changes) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
        .subject("ann")
        .issuer(Issuer.ISSUER)
        .audience(Issuer.AUDIENCE)
        .claim("channel", "order:7")
        .expirationTime(Date.from(END));
    changes.accept(claims);
    JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.HS256);
    return issuer.signed(
        type == null ? header : header.type(new JOSEObjectType(type)), claims.build());
  }

  private Verdict check(Identity identity, String channel, String token) {
    return server
        .tokens
        .channels()
        .check(identity, new ChannelName(channel), token)
        .toCompletableFuture()
        .join();
  }

  private void assertWrong(Verdict verdict, String why) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Wrong.class, wrong -> assertThat(wrong.why()).contains(why));
  }

  @Test
  void aTokenOpensItsChannelToItsUserUntilItExpires() {
    long until = END.plusSeconds(30).toEpochMilli(); // clocks may be apart
    assertThat(check(ANN, "order:7", token(claims -> {}))).isEqualTo(new Verdict.Opens(until));
    assertWrong(check(ANN, "order:8", token(claims -> {})), "for another channel");
    assertWrong(
        check(Identity.of(new User("bob")), "order:7", token(claims -> {})), "for another user");
    assertWrong(check(Identity.ANONYMOUS, "order:7", token(claims -> {})), "for another user");
  }

  @Test
  void aTokenWithoutAUserIsForThoseWithoutAName() {
    String token = token(claims -> claims.subject(null));
    assertThat(check(Identity.ANONYMOUS, "order:7", token)).isInstanceOf(Verdict.Opens.class);
    assertWrong(check(ANN, "order:7", token), "for another user");
  }

  @Test
  void aTokenMayNameSeveralChannelsAndNamesThemInFull() {
    String token = token(claims -> claims.claim("channel", List.of("a", "b:*")));
    assertThat(check(ANN, "a", token)).isInstanceOf(Verdict.Opens.class);
    assertWrong(check(ANN, "b:1", token), "for another channel");
    assertWrong(check(ANN, "a", token(claims -> claims.claim("channel", null))), "another channel");
  }

  @Test
  void noTokenOpensTheChannelOfAnotherUser() {
    String token = token(claims -> claims.claim("channel", List.of("user:bob", "user:ann")));
    assertWrong(check(ANN, "user:bob", token), "another user");
    assertThat(check(ANN, "user:ann", token)).isInstanceOf(Verdict.Opens.class);
    String nobodys = token(claims -> claims.subject(null).claim("channel", "user:bob"));
    assertWrong(check(Identity.ANONYMOUS, "user:bob", nobodys), "another user");
  }

  @Test
  void aTokenMustHoldNowAndComeFromTheIssuerForUs() {
    Date past = Date.from(Instant.now().minusSeconds(60));
    assertWrong(check(ANN, "order:7", token(c -> c.expirationTime(past))), "has expired");
    assertWrong(check(ANN, "order:7", token(c -> c.expirationTime(null))), "when it expires");
    assertWrong(check(ANN, "order:7", token(c -> c.issuer("x"))), "another issuer");
    assertWrong(check(ANN, "order:7", token(c -> c.audience("x"))), "another audience");
    String forged =
        Issuer.withSecret("another secret of at least 32 bytes ......").token("ann");
    assertWrong(check(ANN, "order:7", forged), "");
    assertWrong(check(ANN, "order:7", "x"), "not a signed JWT");
  }

  @Test
  void aTokenOfOneKindIsNoneOfTheOther() {
    assertWrong(check(ANN, "order:7", token(null, claims -> {})), "another purpose");
    assertWrong(check(ANN, "order:7", token("JWT", claims -> {})), "another purpose");
    assertThat(check(ANN, "order:7", token("application/channel+JWT", claims -> {})))
        .isInstanceOf(Verdict.Opens.class);
    assertThat(server.said(token(claims -> {})))
        .isEqualTo(new Authenticator.Verdict.Wrong("the token is for another purpose (typ)"));
  }
}
