package io.heartline.engine;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What nodes say to each other: a port. A message may be lost, come twice, come late or be
 * overtaken by another, so nothing may depend on it alone. Called under no lock; no method waits.
 *
 * <p>The first word of a message says who it is for. All listeners hear all messages, and each
 * ignores those that begin with a word of another.
 */
public interface Bus {
  /** The longest message, in characters; each of them may take several bytes. */
  int MAX_MESSAGE = 256 * 1024;

  /** There is no other node. */
  static Bus alone(String node) {
    return new Bus() {
      @Override
      public String node() {
        return node;
      }

      @Override
      public boolean isAlone() {
        return true;
      }

      @Override
      public Set<String> nodes() {
        return Set.of(node);
      }

      @Override
      public void send(String to, String message) {}

      @Override
      public void sendAll(String message) {}

      @Override
      public void onMessage(BiConsumer<String, String> told) {}

      @Override
      public void onDoubt(Consumer<Doubt> told) {}
    };
  }

  /**
   * Returns a name that no other node has, and no other run of this one. It is in logs and in the
   * seat book, and no secret.
   */
  static String newName() {
    return Long.toString(new SecureRandom().nextLong(1L << 50), 36);
  }

  /** Why this node can no longer be sure of what it knows about the others. */
  enum Doubt {
    /** The connection was lost and is there again: messages may have been lost. */
    RECONNECTED,
    /**
     * This node stood still, or could not renew its lease, for so long that the others may have
     * given it up.
     */
    PAUSED
  }

  /** Returns whether there can be no other node. */
  default boolean isAlone() {
    return false;
  }

  /** Returns this node's name: unique among all nodes and runs. */
  String node();

  /**
   * Returns the nodes that lived a few seconds ago, as far as this one knows; this one included.
   */
  Set<String> nodes();

  /** Asks now which nodes live; the stage fails if nobody can say. */
  default CompletionStage<Set<String>> look() {
    return CompletableFuture.completedStage(nodes());
  }

  /**
   * Returns whether the other nodes surely still wait for this one: it has renewed its lease
   * lately. When this becomes true again, {@link Doubt#PAUSED} was told before.
   */
  default boolean isLeased() {
    return true;
  }

  /**
   * Returns whether this node surely did not just stand still. If it did, this is false until
   * {@link Doubt#PAUSED} was told.
   */
  default boolean isAwake() {
    return true;
  }

  /**
   * Says something to one node. A node that is gone hears nothing.
   *
   * @throws IllegalArgumentException if the message is longer than {@link #MAX_MESSAGE}
   */
  void send(String to, String message);

  /** Says something to all other nodes; limited as in {@link #send}. */
  void sendAll(String message);

  /**
   * Adds somebody who is told the sender and the text of each message; it must return at once. To
   * be called before the first message can come.
   */
  void onMessage(BiConsumer<String, String> told);

  /** Adds somebody who is told when messages may have been missed; it must return at once. */
  void onDoubt(Consumer<Doubt> told);
}
