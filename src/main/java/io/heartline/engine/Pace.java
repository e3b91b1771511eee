package io.heartline.engine;

import io.heartline.protocol.Command;

/**
 * How fast one client may talk. Acknowledgements cost their bytes only: how many there are depends
 * on what the client was sent. Touched by one thread at a time.
 */
final class Pace {
  private final Bucket messages;
  private final Bucket bytes;

  Pace(Limits.Flow flow, long now) {
    messages = new Bucket(flow.messages(), now);
    bytes = new Bucket(flow.bytes(), now);
  }

  /** Returns whether the client may send one more message, with these commands. */
  boolean allows(Iterable<Command> commands, String message, long now) {
    long cost = cost(commands);
    return (cost == 0 || messages.take(cost, now) == 0)
        && bytes.take(Utf8Length.of(message), now) == 0;
  }

  /** Returns what a message costs: one, or as much as the commands in it. */
  private static long cost(Iterable<Command> commands) {
    long cost = 0;
    boolean none = true;
    for (Command command : commands) {
      none = false;
      if (command instanceof Command.Request request) {
        cost += 1 + cost(request.commands());
      } else if (!(command instanceof Command.Acknowledge)) {
        cost++;
      }
    }
    return none ? 1 : cost;
  }
}
