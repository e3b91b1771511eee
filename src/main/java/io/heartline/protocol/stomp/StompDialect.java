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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What one client says in STOMP frames, as commands. */
final class StompDialect implements Dialect {
  private final StompPushes pushes;

  /** The version agreed on; null until the client has connected. */
  private final AtomicReference<@Nullable Version> agreed = new AtomicReference<>();

  /**
   * The subscriptions by their ids. Added while frames are read, removed when the client is told
   * that one has ended; looked at by both.
   */
  private final Map<String, StompSubscription> subscriptions = new ConcurrentHashMap<>(2);

  /**
   * What the client says and has begun to say. Null once nothing more is read: what came was no
   * STOMP, the client has said good-bye, or all is to be forgotten.
   */
  private volatile @Nullable Reading reading;

  /** Used by the thread that decodes. */
  private record Reading(FrameReader reader, FrameCommands commands) {}

  StompDialect(Sends sends, int maxBodyBytes) {
    FrameReader reader = new FrameReader(maxBodyBytes);
    reading =
        new Reading(reader, new FrameCommands(reader, agreed, subscriptions, sends, maxBodyBytes));
    pushes = new StompPushes(subscriptions, () -> Version.orFirst(agreed.get()));
  }

  @Override
  public Manner manner() {
    return Manner.MESSAGING;
  }

  @Override
  public List<Command> decode(String message) {
    Reading now = reading;
    if (now == null) {
      return List.of();
    }
    List<Command> found = new ArrayList<>(2);
    now.reader().take(message);
    boolean over = false;
    while (!over) {
      Frame frame = null;
      try {
        frame = now.reader().next();
        if (frame == null) {
          return found;
        }
        found.addAll(now.commands().of(frame));
        over = frame.command().equals("DISCONNECT");
      } catch (BadFrame bad) {
        over = true;
        found.add(refused(bad, frame == null ? now.reader().receipt() : frame.header("receipt")));
      }
    }
    forget();
    return found;
  }

  /** @param receipt that the bad frame asks for; null if it asks for none, as far as it was read */
  private static Command refused(BadFrame bad, @Nullable String receipt) {
    Command refused = new Command.Refused("malformed", bad.rule(), null);
    return receipt == null ? refused : new Command.Request(List.of(refused), receipt);
  }

  @Override
  public long midway() {
    Reading now = reading;
    return now == null ? 0 : now.reader().kept();
  }

  @Override
  public long heldBack() {
    Reading now = reading;
    return now == null ? 0 : now.commands().heldBack();
  }

  @Override
  public void forget() {
    reading = null;
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
