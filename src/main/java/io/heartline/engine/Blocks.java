package io.heartline.engine;

import io.heartline.model.Block;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows who is kept out although their credentials are right: users, and single credentials that
 * were revoked. A line asks after it is known by its user and its credentials. So whoever blocks
 * first and closes lines then misses none.
 *
 * <p>Each stage fails with {@link Store.Unavailable} if that cannot be said now. Then nobody is let
 * in.
 */
public interface Blocks {
  /** Keeps nobody out. */
  Blocks NONE = new Blocks() {
    @Override
    public CompletionStage<Optional<Block>> of(Identity identity) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Optional<Block>> of(Whom whom) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Void> block(Whom whom, Block block) {
      return CompletableFuture.failedFuture(new Store.Unavailable("nobody can be blocked here"));
    }

    @Override
    public CompletionStage<Boolean> lift(Whom whom) {
      return CompletableFuture.completedFuture(false);
    }
  };

  /** Who or what is kept out. */
  sealed interface Whom {
    /** Everybody who is this user. */
    record OneUser(User user) implements Whom {}

    /**
     * Whoever brings these credentials.
     *
     * @param id their name, such as a JWT's {@code jti}
     */
    record Token(String id) implements Whom {}
  }

  /** Returns the block that keeps an identity out now; empty if it may come in. */
  CompletionStage<Optional<Block>> of(Identity identity);

  /** Returns the block that holds now; empty if there is none. */
  CompletionStage<Optional<Block>> of(Whom whom);

  /**
   * Keeps somebody out, in place of an earlier block. It holds once this has returned.
   *
   * @return completed once it will also hold after a restart. Fails with {@link Store.Unavailable}
   *     if it will not, or if there are so many blocks that it does not hold at all; the message
   *     says which
   */
  CompletionStage<Void> block(Whom whom, Block block);

  /**
   * Lets somebody in again.
   *
   * @return whether they were kept out; fails with {@link Store.Unavailable} if it is not known
   *     whether they will be again after a restart
   */
  CompletionStage<Boolean> lift(Whom whom);

  /**
   * Returns blocks that hold now and of which this node may not have heard, because another node
   * has made them; empty if there is no other node.
   *
   * @param all whether to return all; otherwise none if nothing has changed since this was last
   *     asked
   */
  default CompletionStage<Map<Whom, Block>> missed(boolean all) {
    return CompletableFuture.completedFuture(Map.of());
  }
}
