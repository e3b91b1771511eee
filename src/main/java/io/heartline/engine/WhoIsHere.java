package io.heartline.engine;

import io.heartline.model.ChannelName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers who is in a channel, on any of several nodes. The one that publishes it is asked first,
 * since what it answers is what it has told. If it does not answer, this node says what it knows.
 */
final class WhoIsHere {
  private final Engine engine;
  private final String node;
  private final Presence presence;
  private final SharedRoster nodes;
  private final Questions<NodeMessage.Answer> questions;

  /** @param node the name of this one */
  WhoIsHere(
      Engine engine,
      String node,
      Presence presence,
      SharedRoster nodes,
      Questions<NodeMessage.Answer> questions) {
    this.engine = engine;
    this.node = node;
    this.presence = presence;
    this.nodes = nodes;
    this.questions = questions;
  }

  /** Another node has told something of who is where. */
  void heard(String from, NodeMessage.Attendances told) {
    nodes.heard(from, told);
  }

  /** Fails with {@link Store.Unavailable} if it cannot be said now. */
  CompletionStage<Here> in(ChannelName channel) {
    return toldHere(channel).thenCompose(told -> {
      if (told != null) {
        return CompletableFuture.completedFuture(told);
      }
      String leader = nodes.leader();
      return leader.equals(node) ? known(channel, null) : ask(leader, channel);
    });
  }

  private CompletionStage<Here> ask(String leader, ChannelName channel) {
    return questions
        .ask(leader, number -> NodeMessageText.write(new NodeMessage.Who(number, channel)))
        .thenCompose(
            answer -> answer.orElse(null) instanceof NodeMessage.Told told && told.here() != null
                ? CompletableFuture.completedFuture(told.here())
                : known(channel, leader));
  }

  /** Returns who is in a channel as this node has told it; null if it does not tell it. */
  CompletionStage<@Nullable Here> toldHere(ChannelName channel) {
    if (nodes.leads()) {
      return here(channel, null);
    }
    if (engine.isCutOff()) {
      return CompletableFuture.completedFuture(null);
    }
    return nodes
        .look()
        .thenCompose(
            looked -> { // the one that has told it may have ended
              return nodes.leads() ? here(channel, null) : CompletableFuture.completedFuture(null);
            });
  }

  /**
   * Returns who is in a channel as this node knows it. What it knows may differ for a moment from
   * what was told before the answer's position, and would not be told again, so all are named anew.
   */
  private CompletionStage<Here> known(ChannelName channel, @Nullable String silent) {
    if (!nodes.isTrue()) {
      return CompletableFuture.failedFuture(
          new Store.Unavailable("it cannot be said now who is here"));
    }
    return here(channel, silent).thenApply(here -> {
      nodes.answered(channel);
      return here;
    });
  }

  /** @param silent a node that did not answer; null if there is none */
  private CompletionStage<Here> here(ChannelName channel, @Nullable String silent) {
    Coverage coverage = nodes.coverage(silent); // first: what is not known yet may come meanwhile
    return presence.here(channel).thenApply(here -> here.of(coverage));
  }
}
