package io.heartline.security;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.TicketBook;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The tickets of a node that has no others. */
final class MemoryTicketBook implements TicketBook {
  private record Ticket(Identity identity, long untilNanos) {}

  private final LongSupplier nanos;

  /** By hash, the oldest first. */
  @GuardedBy("this")
  private final LinkedHashMap<String, Ticket> open = new LinkedHashMap<>();

  /** How many each user has open. */
  @GuardedBy("this")
  private final Map<User, Integer> ofUsers = new HashMap<>();

  MemoryTicketBook(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public CompletionStage<Boolean> put(String hash, Identity identity) {
    return CompletableFuture.completedFuture(add(hash, identity));
  }

  private synchronized boolean add(String hash, Identity identity) {
    dropExpired();
    User user = identity.user();
    if (user == null || open.size() >= MOST || ofUsers.getOrDefault(user, 0) >= MOST_OF_A_USER) {
      return false;
    }
    open.put(hash, new Ticket(identity, nanos.getAsLong() + GOOD.toNanos()));
    ofUsers.merge(user, 1, Integer::sum);
    return true;
  }

  @GuardedBy("this")
  private void dropExpired() {
    long now = nanos.getAsLong();
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

  @Override
  public CompletionStage<Optional<Identity>> take(String hash) {
    return CompletableFuture.completedFuture(remove(hash));
  }

  private synchronized Optional<Identity> remove(String hash) {
    dropExpired();
    Ticket ticket = open.remove(hash);
    if (ticket == null) {
      return Optional.empty();
    }
    dropped(ticket);
    return Optional.of(ticket.identity);
  }

  /** Returns how many are open. */
  synchronized int open() {
    dropExpired();
    return open.size();
  }
}
