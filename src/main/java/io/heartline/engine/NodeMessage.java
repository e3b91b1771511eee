package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What nodes ask and tell each other about lines and users. {@link NodeMessageText} is how it is
 * written. Any of them may be lost, come twice, come late or be overtaken.
 */
sealed interface NodeMessage {
  /** Something that is answered by an {@link Answer} with the same number. */
  sealed interface Question extends NodeMessage {
    long ask();
  }

  /** The answer to a {@link Question}. */
  sealed interface Answer extends NodeMessage {
    long ask();
  }

  /** What is told about who reads which channel. */
  sealed interface Attendances extends NodeMessage {}

  /** Close these lines. */
  record Close(long ask, Target target, CloseStatus status) implements Question {}

  /** How many lines were closed. */
  record Closed(long ask, int lines) implements Answer {}

  /** Which of these lines are open? */
  record Find(long ask, Target target) implements Question {}

  /**
   * The lines that are open.
   *
   * @param count how many there are
   * @param expiresAtMillis when the last of their identities ends, in milliseconds since 1970; 0 if
   *     there is no line
   * @param lines some of them
   */
  record Found(long ask, int count, long expiresAtMillis, List<Cluster.Seen> lines)
      implements Answer {}

  /** Who is in this channel, as you have told it? */
  record Who(long ask, ChannelName channel) implements Question {}

  /**
   * Who is in a channel.
   *
   * @param here null if the node that was asked does not tell it
   */
  record Told(long ask, @Nullable Here here) implements Answer {}

  /**
   * A node lives and has sent so many {@link Changed}.
   *
   * @param settled whether it has been running for long enough to know who is here
   * @param leads whether it publishes who comes and goes
   */
  record Pulse(long number, boolean settled, boolean leads) implements Attendances {}

  /** Say who reads what on your node. */
  record Tell() implements Attendances {}

  /**
   * What has changed on a node.
   *
   * @param number of this message, counted from 1 without a hole
   */
  record Changed(long number, List<Change> changes) implements Attendances {}

  /**
   * Who reads what on a node, all of it, in several parts if it is long.
   *
   * @param number of the last {@link Changed} that is contained
   */
  record All(long number, int part, int parts, List<Readers> readers) implements Attendances {}

  /** Somebody watches who is in this channel, so it must have been told once. */
  record Watched(ChannelName channel) implements Attendances {}

  /**
   * Somebody was answered who is in this channel, by a node that does not tell it: all must be told
   * again, lest that somebody believes something else for good.
   */
  record Answered(ChannelName channel) implements Attendances {}

  /** A user reads a channel on a node now, or no longer does. */
  record Change(ChannelName channel, User user, boolean reads) {}

  /** The users who read a channel on a node. */
  record Readers(ChannelName channel, List<User> users) {}
}
