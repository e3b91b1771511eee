package io.heartline.protocol.stomp;

import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Encoding;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What one client says in STOMP frames, as commands. */
final class StompDialect implements Dialect {
  private final FrameReader reader;
  private final FrameCommands commands;
  private final StompPushes pushes;

  /**
   * The subscriptions by their ids. Added while frames are read, removed when the client is told
   * that one has ended; looked at by both.
   */
  private final Map<String, StompSubscription> subscriptions = new ConcurrentHashMap<>(2);

  /** Nothing more is read: what came was no STOMP, or the client has said good-bye. */
  private boolean over;

  StompDialect(Sends sends, int maxBodyBytes) {
    reader = new FrameReader(maxBodyBytes);
    commands = new FrameCommands(reader, subscriptions, sends, maxBodyBytes);
    pushes = new StompPushes(subscriptions, commands::version);
  }

  @Override
  public Manner manner() {
    return Manner.MESSAGING;
  }

  @Override
  public List<Command> decode(String message) {
    List<Command> found = new ArrayList<>(2);
    if (over) {
      return found;
    }
    reader.take(message);
    while (!over) {
      Frame frame = null;
      try {
        frame = reader.next();
        if (frame == null) {
          return found;
        }
        found.addAll(commands.of(frame));
        over = frame.command().equals("DISCONNECT");
      } catch (BadFrame bad) {
        over = true;
        found.add(refused(bad, frame == null ? reader.receipt() : frame.header("receipt")));
      }
    }
    return found;
  }

  /** @param receipt that the bad frame asks for; null if it asks for none, as far as it was read */
  private static Command refused(BadFrame bad, @Nullable String receipt) {
    Command refused = new Command.Refused("malformed", bad.rule(), null);
    return receipt == null ? refused : new Command.Request(List.of(refused), receipt);
  }

  @Override
  public boolean unfinished() {
    return !over && reader.unfinished();
  }

  @Override
  public @Nullable String encode(Push push) {
    return push.accept(pushes).orElse(null);
  }

  @Override
  public Encoding publications(Subscription subscription) {
    StompSubscription known = subscriptions.get(subscription.id());
    if (known == null) {
      throw new IllegalStateException(
          "a subscription is known before it is begun: " + subscription);
    }
    return known.encoding();
  }

  /** Returns how many subscriptions it remembers. */
  int known() {
    return subscriptions.size();
  }

  /** Each frame goes in a message of its own: many clients read only one. */
  @Override
  public @Nullable String separator() {
    return null;
  }
}
