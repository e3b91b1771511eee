package io.heartline.security;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Outcome;
import io.heartline.engine.Store;
import io.heartline.engine.TicketBook;
import io.heartline.model.Identity;
import io.heartline.model.RandomSecret;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Tickets for clients that can send nothing but a URL. A ticket lets somebody in once, within half
 * a minute, so it does no harm in a log. They are known only by their hashes.
 */
public final class Tickets implements Authenticator {
  /** How long a ticket is good. */
  public static final Duration GOOD = TicketBook.GOOD;

  private final Expiry expiry;
  private volatile TicketBook book;

  /** @param expiry how long a line holds that a ticket has opened */
  public Tickets(Expiry expiry) {
    this(expiry, new MemoryTicketBook(expiry.time()::nanos));
  }

  Tickets(Expiry expiry, TicketBook book) {
    this.expiry = expiry;
    this.book = book;
  }

  /** Sets where they are kept, before the first one is issued; in this process until then. */
  public void keepIn(TicketBook other) {
    book = other;
  }

  /**
   * Returns a new ticket for somebody; empty if too many are open. Fails with
   * {@link Store.Unavailable} if none can be given now.
   *
   * @param identity of a user
   */
  public CompletionStage<Optional<String>> issue(Identity identity) {
    String ticket = RandomSecret.make();
    Identity later = new Identity(
        identity.user(),
        Math.min(identity.expiresAtMillis(), expiry.fromNow()),
        identity.grants(),
        identity.tokenId());
    return book.put(Secrets.hash(ticket), later)
        .thenApply(kept -> kept ? Optional.of(ticket) : Optional.empty());
  }

  /** Takes the ticket, so it is asked once for each that a client shows. */
  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    String shown = credentials.ticket();
    if (shown == null) {
      return new Verdict.Nobody().now();
    }
    return book.take(Secrets.hash(shown)).handle((identity, failure) -> {
      if (failure == null) {
        return identity
            .<Verdict>map(Verdict.Known::new)
            .orElseGet(() -> new Verdict.Wrong(
                "the ticket was used, or is older than " + GOOD.toSeconds() + " s"));
      }
      Throwable cause = Outcome.cause(failure);
      if (cause instanceof Store.Unavailable) {
        return new Verdict.CannotSay("tickets cannot be looked up now");
      }
      throw new CompletionException(cause);
    });
  }
}
