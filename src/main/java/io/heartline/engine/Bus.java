package io.heartline.engine;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What nodes say to each other: a port. A message may be lost, come twice or come late, so nothing
 * may depend on it alone. Called under no lock; no method waits.
 */
public interface Bus {
  /** There is no other node. */
  static Bus alone(String node) {
    return new Bus() {
      @Override
      public String node() {
        return node;
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

  /** Why this node can no longer be sure of what it knows about the others. */
  enum Doubt {
    /** The connection was lost and is there again: messages may have been lost. */
    RECONNECTED,
    /** This node stood still for longer than the others wait for it. */
    PAUSED
  }

  /** Returns this node's name: unique among all nodes and runs. */
  String node();

  /** Returns the nodes that live, as far as this one knows; this one among them. */
  Set<String> nodes();

  /** Says something to one node. A node that is gone hears nothing. */
  void send(String to, String message);

  /** Says something to all other nodes. */
  void sendAll(String message);

  /** Sets who is told the sender and the text of each message; it must return at once. */
  void onMessage(BiConsumer<String, String> told);

  /** Sets who is told when messages may have been missed; it must return at once. */
  void onDoubt(Consumer<Doubt> told);
}
