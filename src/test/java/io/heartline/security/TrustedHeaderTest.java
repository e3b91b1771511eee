package io.heartline.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Credentials;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedHeaderTest {
  private static final String PROXY = "10.1.2.3";
  private static final String SECRET = "0123456789abcdef";

  private final FakeTime time = new FakeTime();
  private final Networks proxies = new Networks(List.of("10.0.0.0/8"));
  private final TrustedHeader plain = header("X-Groups", null, Duration.ZERO);
  private final TrustedHeader guarded = header(null, SECRET, Duration.ofHours(1));

  private TrustedHeader header(String groups, String secret, Duration lifetime) {
    return new TrustedHeader(proxies, "X-User", groups, secret, new Expiry(lifetime, time));
  }

  /** @param headers names and values by turns */
  private static Verdict ask(TrustedHeader header, String peer, String... headers) {
    return header
        .authenticate(new Credentials() {
          @Override
          public String principal() {
            return null;
          }

          @Override
          public String peer() {
            return peer;
          }

          @Override
          public List<String> header(String name) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < headers.length; i += 2) {
              if (headers[i].equalsIgnoreCase(name)) {
                values.add(headers[i + 1]);
              }
            }
            return values;
          }
        })
        .toCompletableFuture()
        .join();
  }

  @Test
  void theProxySaysWhoItIsAndInWhichGroups() {
    assertThat(ask(plain, PROXY, "X-User", "ann", "X-Groups", "staff, , night shift,"))
        .isEqualTo(new Verdict.Known(new Identity(
            new User("ann"), Identity.NEVER, Set.of("group:staff", "group:night shift"), null)));
    assertThat(ask(plain, PROXY, "x-user", "ann").identity().grants()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.1.2.3", "127.0.0.1", "::ffff:b01:203", "a name"})
  void nobodyElseIsBelieved(String peer) {
    assertThat(ask(plain, peer, "X-User", "ann")).isEqualTo(new Verdict.Nobody());
    assertThat(ask(plain, peer, "X-User", "ann", "X-Forwarded-For", PROXY))
        .isEqualTo(new Verdict.Nobody());
    assertThat(ask(guarded, peer, "X-User", "ann", TrustedHeader.SECRET, SECRET))
        .isEqualTo(new Verdict.Nobody());
  }

  @Test
  void whoIsNotNamedIsNobody() {
    assertThat(ask(plain, PROXY)).isEqualTo(new Verdict.Nobody());
    assertThat(ask(plain, PROXY, "X-User", " ")).isEqualTo(new Verdict.Nobody());
    assertThat(ask(plain, null, "X-User", "ann")).isEqualTo(new Verdict.Nobody());
  }

  @Test
  void theSecretMustBeThereOnceAndRight() {
    assertThat(ask(guarded, PROXY, "X-User", "ann", TrustedHeader.SECRET, SECRET)
            .identity()
            .user())
        .isEqualTo(new User("ann"));
    Verdict wrong = new Verdict.Wrong("the header X-Heartline-Secret is missing or wrong");
    assertThat(ask(guarded, PROXY, "X-User", "ann")).isEqualTo(wrong);
    assertThat(ask(guarded, PROXY, "X-User", "ann", TrustedHeader.SECRET, SECRET + "0"))
        .isEqualTo(wrong);
    assertThat(ask(
            guarded,
            PROXY,
            "X-User",
            "ann",
            TrustedHeader.SECRET,
            "x",
            TrustedHeader.SECRET,
            SECRET))
        .isEqualTo(wrong);
    assertThat(guarded.toString()).doesNotContain(SECRET);
  }

  @Test
  void whatIsSaidTwiceIsRefusedWhicheverIsMeant() {
    assertThat(ask(plain, PROXY, "X-User", "ann", "X-User", "bob"))
        .isEqualTo(new Verdict.Wrong("the header X-User must be given once"));
    assertThat(ask(plain, PROXY, "X-User", "ann", "X-Groups", "a", "X-Groups", "b"))
        .isEqualTo(new Verdict.Wrong("the header X-Groups must be given once"));
  }

  @Test
  void namesOfOtherAlphabetsAreReadAsTheProxyWroteThem() {
    String sent = new String("李雷".getBytes(UTF_8), ISO_8859_1);
    assertThat(ask(plain, PROXY, "X-User", sent).identity().user()).isEqualTo(new User("李雷"));
    assertThat(ask(plain, PROXY, "X-User", "李雷").identity().user()).isEqualTo(new User("李雷"));
    assertThat(ask(plain, PROXY, "X-User", "\u00fc"))
        .isEqualTo(new Verdict.Wrong("the proxy's headers must be UTF-8"));
  }

  @Test
  void aNameThatCannotBeOneIsRefusedAndNotNobody() {
    assertThat(ask(plain, PROXY, "X-User", "x".repeat(129)))
        .isEqualTo(new Verdict.Wrong("the user's name must have 1 to 128 characters: 129"));
  }

  @Test
  void whatItSaysHoldsForItsLifetime() {
    long now = time.epochMicros() / 1000;
    assertThat(ask(guarded, PROXY, "X-User", "ann", TrustedHeader.SECRET, SECRET)
            .identity()
            .expiresAtMillis())
        .isEqualTo(now + 3_600_000);
  }
}
