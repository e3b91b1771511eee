package io.heartline.engine;

import io.heartline.model.Identity;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where one-time tickets are kept: a port, behind which they may be in this process or shared by
 * several nodes. It knows only the hashes of tickets. Each stage fails with
 * {@link Store.Unavailable} if the book cannot say now.
 */
public interface TicketBook {
  /** How long a ticket is good. */
  Duration GOOD = Duration.ofSeconds(30);

  /** How many may be open at a time. */
  int MOST = 10_000;

  /** How many of one user may be open at a time. */
  int MOST_OF_A_USER = 16;

  /**
   * Keeps a ticket for {@link #GOOD}.
   *
   * @param identity of a user
   * @return false, and it is not kept, if too many are open
   */
  CompletionStage<Boolean> put(String hash, Identity identity);

  /** Takes a ticket, which can be done once; empty if there is none. */
  CompletionStage<Optional<Identity>> take(String hash);
}
