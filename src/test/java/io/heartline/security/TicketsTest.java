package io.heartline.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Authenticator.Credentials;
import io.heartline.engine.Authenticator.Verdict;
import io.heartline.engine.Store;
import io.heartline.engine.TicketBook;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.testing.FakeTime;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TicketsTest {
  private static final Verdict REFUSED =
      new Verdict.Wrong("the ticket was used, or is older than 30 s");

  private final FakeTime time = new FakeTime();
  private final MemoryTicketBook book = new MemoryTicketBook(time::nanos);
  private final Tickets tickets = new Tickets(new Expiry(Duration.ofHours(1), time), book);

  private @Nullable String issue(Identity identity) {
    return tickets.issue(identity).toCompletableFuture().join().orElse(null);
  }

  private static Identity user(String name) {
    return Identity.of(new User(name));
  }

  private Verdict show(@Nullable String ticket) {
    return tickets
        .authenticate(new Credentials() {
          @Override
          public @Nullable String principal() {
            return null;
          }

          @Override
          public @Nullable String ticket() {
            return ticket;
          }

          @Override
          public List<String> header(String name) {
            return List.of();
          }
        })
        .toCompletableFuture()
        .join();
  }

  @Test
  void aTicketLetsItsUserInOnceWithWhatWasKnownOfThem() {
    long now = time.epochMicros() / 1000;
    Identity ann = new Identity(new User("ann"), now + 60_000, Set.of("group:staff"), "jti-1");
    String ticket = issue(ann);
    assertThat(show(ticket)).isEqualTo(new Verdict.Known(ann));
    assertThat(show(ticket)).isEqualTo(REFUSED);
    assertThat(book.open()).isZero();
  }

  @Test
  void aLineThatItOpensHoldsNoLongerThanALifetime() {
    assertThat(show(issue(user("ann"))).identity().expiresAtMillis())
        .isEqualTo(time.epochMicros() / 1000 + 3_600_000);
  }

  @Test
  void itIsGoodForHalfAMinute() {
    String early = issue(user("ann"));
    String late = issue(user("ann"));
    time.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(show(early).identity().user()).isEqualTo(new User("ann"));
    time.advance(Duration.ofNanos(1));
    assertThat(show(late)).isEqualTo(REFUSED);
    assertThat(book.open()).isZero();
  }

  @Test
  void whatIsNoTicketIsRefusedAndNotNobody() {
    assertThat(show("")).isEqualTo(REFUSED);
    assertThat(show("x".repeat(10_000))).isEqualTo(REFUSED);
    assertThat(show(null)).isEqualTo(new Verdict.Nobody());
  }

  @Test
  void ticketsAreLongAndNoneIsLikeAnother() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String ticket = issue(user("user" + i));
      assertThat(Base64.getUrlDecoder().decode(ticket)).hasSize(32);
      assertThat(seen.add(ticket)).isTrue();
    }
  }

  @Test
  void oneUserCannotTakeTheTicketsOfOthersNorAllMemory() {
    for (int i = 0; i < TicketBook.MOST_OF_A_USER; i++) {
      assertThat(issue(user("ann"))).isNotNull();
    }
    assertThat(issue(user("ann"))).isNull();
    assertThat(issue(user("bob"))).isNotNull();
    time.advance(Duration.ofSeconds(30));
    assertThat(issue(user("ann"))).isNotNull();
    for (int i = 1; i < TicketBook.MOST; i++) {
      assertThat(issue(user("user" + i))).isNotNull();
    }
    assertThat(book.open()).isEqualTo(TicketBook.MOST);
    assertThat(issue(user("last"))).isNull();
  }

  @Test
  void whileTheBookCannotSayTheClientComesBack() {
    tickets.keepIn(new TicketBook() {
      @Override
      public CompletionStage<Boolean> put(String hash, Identity identity) {
        return CompletableFuture.failedStage(new Store.Unavailable("away"));
      }

      @Override
      public CompletionStage<Optional<Identity>> take(String hash) {
        return CompletableFuture.failedStage(new Store.Unavailable("away"));
      }
    });
    assertThat(show("x")).isEqualTo(new Verdict.CannotSay("tickets cannot be looked up now"));
    assertThat(tickets.issue(user("ann"))).isCompletedExceptionally();
  }
}
