package io.heartline.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Authenticator;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tickets for clients that can send nothing but a URL. A ticket lets somebody in once, within half
 * a minute, so it does no harm in a log. They are known to this node only, and only by their
 * hashes.
 */
public final class Tickets implements Authenticator {
  /** How long a ticket is good. */
  public static final Duration GOOD = Duration.ofSeconds(30);

  /** How many may be open at a time. */
  static final int MOST = 10_000;

  /** How many of one user may be open at a time. */
  static final int MOST_OF_A_USER = 16;

  /** 256 bits. */
  private static final int BYTES = 32;

  private record Ticket(Identity identity, long untilNanos) {}

  private final Expiry expiry;
  private final SecureRandom random = new SecureRandom();

  /** By hash, the oldest first. */
  @GuardedBy("this")
  private final LinkedHashMap<String, Ticket> open = new LinkedHashMap<>();

  /** How many each user has open. */
  @GuardedBy("this")
  private final Map<User, Integer> ofUsers = new HashMap<>();

  /** @param expiry how long a line holds that a ticket has opened */
  public Tickets(Expiry expiry) {
    this.expiry = expiry;
  }

  /**
   * Returns a new ticket for somebody, or null if too many are open.
   *
   * @param identity of a user
   */
  public @Nullable String issue(Identity identity) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Identity later = new Identity(
        identity.user(),
        Math.min(identity.expiresAtMillis(), expiry.fromNow()),
        identity.grants(),
        identity.tokenId());
    return add(later, Secrets.hash(ticket)) ? ticket : null;
  }

  private synchronized boolean add(Identity identity, String hash) {
    dropExpired();
    User user = identity.user();
    if (user == null || open.size() >= MOST || ofUsers.getOrDefault(user, 0) >= MOST_OF_A_USER) {
      return false;
    }
    open.put(hash, new Ticket(identity, expiry.time().nanos() + GOOD.toNanos()));
    ofUsers.merge(user, 1, Integer::sum);
    return true;
  }

  @GuardedBy("this")
  private void dropExpired() {
    long now = expiry.time().nanos();
    Iterator<Ticket> oldest = open.values().iterator();
    while (oldest.hasNext()) {
      Ticket ticket = oldest.next();
      if (ticket.untilNanos - now > 0) {
        return;
      }
      oldest.remove();
      dropped(ticket);
    }
  }

  @GuardedBy("this")
  private void dropped(Ticket ticket) {
    User user = ticket.identity.user();
    if (user != null) {
      ofUsers.computeIfPresent(user, (same, count) -> count > 1 ? count - 1 : null);
    }
  }

  /** Takes the ticket, so it is asked once for each that a client shows. */
  @Override
  public CompletionStage<Verdict> authenticate(Credentials credentials) {
    String shown = credentials.ticket();
    return (shown == null ? new Verdict.Nobody() : redeem(Secrets.hash(shown))).now();
  }

  private synchronized Verdict redeem(String hash) {
    dropExpired();
    Ticket ticket = open.remove(hash);
    if (ticket == null) {
      return new Verdict.Wrong("the ticket was used, or is older than " + GOOD.toSeconds() + " s");
    }
    dropped(ticket);
    return new Verdict.Known(ticket.identity);
  }

  /** Returns how many are open. */
  synchronized int open() {
    dropExpired();
    return open.size();
  }
}
