package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Push;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one line's client says and is answered: commands in order, one answer each. The first frame
 * claims the seat; until that is decided, what follows waits.
 */
final class Conversation {
  /** Commands that may wait for the seat. */
  private static final int MAX_WAITING = 256;

  /** So many refused commands in a row, and it is no client of ours. */
  private static final int MAX_REFUSED = 64;

  private enum Phase {
    /** Nothing was said yet. */
    NEW,
    /** The seat is claimed, its outcome unknown. */
    CLAIMING,
    /** Commands are carried out as they come. */
    OPEN,
    /** Refused; nothing is carried out any more. */
    OVER
  }

  private final Line line;
  private final Engine engine;
  private final Subscriptions subscriptions;
  private final Writer writer;

  @GuardedBy("this")
  private Phase phase = Phase.NEW;

  @GuardedBy("this")
  private final Deque<Command> waiting = new ArrayDeque<>(2);

  /**
   * The text of the messages in which they came, and of what came before while the seat was
   * claimed.
   */
  @GuardedBy("this")
  private int waitingChars;

  @GuardedBy("this")
  private int refused;

  /** A hello was said. */
  @GuardedBy("this")
  private boolean greeted;

  Conversation(Line line, Engine engine, Subscriptions subscriptions, Writer writer) {
    this.line = line;
    this.engine = engine;
    this.subscriptions = subscriptions;
    this.writer = writer;
  }

  /** Clients claim the seat by coming; pages that speak by their first frame. */
  synchronized void begin() {
    if (!line.door().protocol().pagesSpeak()) {
      claim(false);
    }
  }

  synchronized void receive(String text) {
    if (phase == Phase.OVER || line.isEnding()) {
      return;
    }
    if (phase == Phase.CLAIMING && (waitingChars += text.length()) > Outbox.MAX_ANSWER_CHARS) {
      line.close(CloseStatus.SLOT_OVERFLOW);
      return;
    }
    for (Command command : line.door().protocol().decode(text)) {
      if (phase == Phase.NEW) {
        first(command);
      }
      if (phase == Phase.CLAIMING && waiting.size() >= MAX_WAITING) {
        line.close(CloseStatus.SLOT_OVERFLOW);
        return;
      }
      if (phase != Phase.OVER) {
        waiting.add(command);
        carryOn();
      }
    }
  }

  @GuardedBy("this")
  private void first(Command command) {
    boolean take = false;
    if (command instanceof Command.Hello hello) {
      line.instance(hello.instance());
      take = hello.take();
    }
    claim(take);
  }

  @GuardedBy("this")
  private void claim(boolean take) {
    phase = Phase.CLAIMING;
    engine.seats().claim(line, take, new Seats.Outcome() {
      @Override
      public void seated() {
        open();
      }

      @Override
      public void refused(CloseStatus status, long delayMillis) {
        over(status, delayMillis);
      }
    });
  }

  private synchronized void over(CloseStatus status, long delayMillis) {
    phase = Phase.OVER;
    waiting.clear();
    line.close(status, delayMillis, false);
  }

  private synchronized void open() {
    phase = Phase.OPEN;
    if (line.door().protocol().hasWords()) {
      writer.answer(welcome());
    }
    String greeting = line.door().greeting();
    if (greeting != null) {
      writer.answer(new Push.Text(greeting));
    }
    for (ChannelName channel : line.door().channels().apply(line.user())) {
      From from = line.arrival().since().getOrDefault(channel, new From.Now());
      if (subscriptions.add(channel, from) == Subscriptions.Verdict.UNAVAILABLE) {
        line.close(CloseStatus.OVERLOADED);
      }
    }
    waiting.addAll(line.arrival().commands());
    carryOn();
  }

  private Push welcome() {
    Limits limits = engine.limits();
    User user = line.user();
    return new Push.Welcome(
        line.id(),
        line.instance(),
        user == null ? null : user.id(),
        engine.beat(line.door()).toMillis(),
        limits.grace().toMillis(),
        engine.epochMillis(),
        limits.messageBytes(),
        limits.channels());
  }

  @GuardedBy("this")
  private void carryOn() {
    while (phase == Phase.OPEN && !waiting.isEmpty()) {
      carryOut(waiting.remove());
    }
  }

  @GuardedBy("this")
  private void carryOut(Command command) {
    if (command instanceof Command.Refused no) {
      refuse(no.code(), no.message(), no.about());
      return;
    }
    refused = 0;
    if (command instanceof Command.Hello hello) {
      hello(hello);
    } else if (command instanceof Command.Subscribe subscribe) {
      subscribe(subscribe.channel(), subscribe.from());
    } else if (command instanceof Command.Unsubscribe unsubscribe) {
      unsubscribe(unsubscribe.channel());
    } else if (command instanceof Command.Probe probe) {
      writer.answer(new Push.Probed(probe.number()));
    } else if (command instanceof Command.Say say) {
      writer.answer(new Push.Text(say.answer()));
    } else if (command instanceof Command.Token) {
      refuse("unsupported", "tokens are not in use here", "token");
    }
  }

  /** The first one was answered by the welcome. */
  @GuardedBy("this")
  private void hello(Command.Hello hello) {
    if (greeted) {
      refuse("already", "hello was said already", "hello");
    } else if (hello.token() != null) {
      refuse("unsupported", "tokens are not in use here", "token");
    }
    greeted = true;
  }

  @GuardedBy("this")
  private void subscribe(ChannelName channel, From from) {
    if (!engine.rights().mayRead(line.user(), channel)) {
      refuse("forbidden", "you may not read this channel", channel.text());
      return;
    }
    switch (subscriptions.add(channel, from)) {
      case UNAVAILABLE -> refuse("unavailable", "no room for another channel now", channel.text());
      case ALREADY -> refuse("already", "this line reads the channel already", channel.text());
      case TOO_MANY ->
        refuse(
            "limit",
            "at most " + engine.limits().channels() + " channels per line",
            channel.text());
      case DONE -> {} // its answer says where reading starts
    }
  }

  @GuardedBy("this")
  private void unsubscribe(ChannelName channel) {
    Cursor cursor = subscriptions.remove(channel);
    if (cursor == null) {
      refuse("none", "this line does not read the channel", channel.text());
    } else {
      writer.stop(cursor, new Push.Unsubscribed(channel, null));
    }
  }

  @GuardedBy("this")
  private void refuse(String code, String message, @Nullable String about) {
    if (++refused >= MAX_REFUSED) {
      phase = Phase.OVER;
      waiting.clear();
      line.close(CloseStatus.malformed(MAX_REFUSED + " refused commands in a row"));
    } else {
      writer.answer(new Push.Error(code, message, about));
    }
  }
}
