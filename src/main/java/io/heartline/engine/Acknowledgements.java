package io.heartline.engine;

import io.heartline.engine.Acknowledged.Key;
import io.heartline.log.From;
import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Command;
import io.heartline.protocol.Subscription;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the client of one line acknowledges. Used by its conversation only. */
final class Acknowledgements {
  /** How many subscriptions a line of nobody we know can come back to, as long as it is open. */
  private static final int OWN = 16;

  /** What came of an acknowledgement. */
  enum Verdict {
    DONE,
    /** It is for a message that the subscription was not sent. */
    UNKNOWN,
    TOO_MANY
  }

  private final Line line;
  private final Acknowledged users;
  private final Writer writer;

  /** For a line of nobody we know; null until needed. */
  private @Nullable Acknowledged own;

  /** The open subscriptions that are acknowledged, by their ids. */
  private final Map<String, Open> open = new HashMap<>(0);

  private record Open(Key key, Cursor cursor, Taken taken) {}

  /** @param users what is known of all users' subscriptions */
  Acknowledgements(Line line, Acknowledged users, Writer writer) {
    this.line = line;
    this.users = users;
    this.writer = writer;
  }

  /** Returns where a subscription begins: if its client does not say, where it had got to. */
  From start(Command.Subscribe command) {
    if (command.acks() == AckMode.NONE) {
      return command.from();
    }
    Key key = key(command.subscription());
    Position place = places(key).takeOver(key, line.id());
    return place != null && command.from() instanceof From.Now
        ? new From.After(place)
        : command.from();
  }

  /** A subscription is open. */
  void begun(Command.Subscribe command, @Nullable Cursor cursor) {
    if (command.acks() == AckMode.NONE || cursor == null) {
      return;
    }
    Key key = key(command.subscription());
    Writer.Reach reach = writer.reach(cursor);
    Position start = reach.gap() == null ? reach.began() : null;
    if (start != null) {
      places(key).begun(key, line.id(), start);
    }
    Taken taken = new Taken(command.acks() == AckMode.INDIVIDUAL, start);
    open.put(command.subscription().id(), new Open(key, cursor, taken));
  }

  void ended(Subscription subscription) {
    open.remove(subscription.id());
  }

  Verdict acknowledge(Command.Acknowledge command) {
    Open subscription = open.get(command.id());
    if (subscription == null) {
      return Verdict.UNKNOWN;
    }
    Writer.Reach reach = writer.reach(subscription.cursor());
    Position message = command.message();
    if (!message.epoch().equals(reach.at().epoch())) { // from before the log began anew?
      return reach.gap() == null ? Verdict.UNKNOWN : Verdict.DONE;
    }
    if (message.offset() > reach.at().offset()) {
      return Verdict.UNKNOWN;
    }
    if (!command.taken()) {
      return Verdict.DONE;
    }
    Taken taken = subscription.taken();
    Position before = taken.upTo();
    if (!taken.take(message, reach.gap())) {
      return Verdict.TOO_MANY;
    }
    Position upTo = taken.upTo();
    if (upTo != null && !upTo.equals(before)) {
      places(subscription.key()).moved(subscription.key(), line.id(), upTo);
    }
    return Verdict.DONE;
  }

  private Key key(Subscription subscription) {
    User user = line.user();
    String client = user == null ? null : line.instance();
    return new Key(user, client, subscription.channel(), subscription.id());
  }

  private Acknowledged places(Key key) {
    if (key.user() != null) {
      return users;
    }
    Acknowledged own = this.own;
    if (own == null) {
      own = new Acknowledged(OWN);
      this.own = own;
    }
    return own;
  }
}
