package io.heartline.engine;

import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.function.UnaryOperator;

/**
 * How much lines may be sent of what was published before they subscribed. Whoever reads it again
 * and again would take thousands of times what they send, so those who are one share one allowance:
 * the lines of a user, and those of an address as far as nobody knows who they are.
 */
final class CatchUps {
  /** How many users and addresses are kept apart while they catch up. */
  private static final int MOST = 100_000;

  private final long own;
  private final Buckets shared;

  /** Returns the network of an address: all of one count as one. */
  private volatile UnaryOperator<String> network = address -> address;

  CatchUps(Limits.Flow flow, long now) {
    own = flow.ownCatchUp();
    shared = new Buckets(flow.catchUp(), MOST, now);
  }

  void networks(UnaryOperator<String> networks) {
    network = networks;
  }

  /** Returns what a line that opens may be sent. */
  CatchUp of(Line line) {
    return new CatchUp(own, shared, () -> who(line.identity(), line.address()));
  }

  /**
   * Returns in how many nanoseconds somebody who is no line may read more; 0 for now. The last
   * reading may be more than was allowed: the next waits for it.
   */
  long due(Identity identity, String address, long now) {
    return shared.spend(who(identity, address), 0, now);
  }

  /** So many bytes were read by somebody who is no line. */
  void read(Identity identity, String address, long bytes, long now) {
    shared.spend(who(identity, address), bytes, now);
  }

  private Object who(Identity identity, String address) {
    User user = identity.isGuest() ? null : identity.user();
    return user != null ? user : network.apply(address);
  }
}
