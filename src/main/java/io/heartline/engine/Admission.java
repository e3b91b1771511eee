package io.heartline.engine;

import static io.heartline.engine.Steps.DONE;
import static io.heartline.engine.Steps.then;

import io.heartline.engine.Steps.Step;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Since;
import io.heartline.protocol.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an opened line becomes a welcomed one: its identity is found out, its seat is claimed, it is
 * welcomed, and it begins to read its door's own channels. Runs once, as steps of the line's
 * {@link Conversation}, so its fields need no lock.
 */
final class Admission {
  /** Where the door's own channels start if nobody has said where. */
  private static final From NOW = new From.Now();

  /** Whoever has too many lines comes back so many times later than others. */
  private static final int PATIENCE = 10;

  private final Line line;
  private final Engine engine;
  private final Arrival arrival;
  private final Manner manner;
  private final ChannelAccess access;
  private final Writer writer;
  private final Steps steps;
  private final Function<Command, Step> commands;

  /** For which the client waits for what is shared, in all. */
  private final WaitingTime time;

  /** The line is let in: it reads its own channels, and what it has asked for in its URL. */
  private boolean over;

  /** As whom the client was welcomed last; null if it was nobody, or has no way to say it. */
  private @Nullable String was;

  /** The hello's token was understood; false as long as nobody here looks at tokens. */
  private boolean tokenTaken;

  /** @param commands returns the step that carries out a command */
  Admission(
      Line line,
      Engine engine,
      Arrival arrival,
      Manner manner,
      ChannelAccess access,
      Writer writer,
      Steps steps,
      Function<Command, Step> commands) {
    this.line = line;
    this.engine = engine;
    this.arrival = arrival;
    this.manner = manner;
    this.access = access;
    this.writer = writer;
    this.steps = steps;
    this.commands = commands;
    time = new WaitingTime(engine.timers(), engine::nanos);
    was = arrival.was();
  }

  /**
   * Starts to read a channel, whatever rights say. A line that comes in does not wait for longer
   * than its time, and while nobody can be let in nobody waits.
   */
  CompletionStage<Subscriptions.Verdict> start(Subscription subscription, From from) {
    return engine.isCutOff()
        ? CompletableFuture.completedFuture(Subscriptions.Verdict.UNAVAILABLE)
        : inTime(access.start(subscription, from)).exceptionally(failure -> {
          if (Outcome.cause(failure) instanceof Store.Unavailable) {
            return Subscriptions.Verdict.UNAVAILABLE;
          }
          throw new CompletionException(Outcome.cause(failure));
        });
  }

  /**
   * Returns whether a line has to come back since it cannot read what it came for: it was not let
   * in yet, and has waited in vain.
   */
  boolean mustComeBack(Subscriptions.Verdict verdict) {
    return verdict == Subscriptions.Verdict.UNAVAILABLE
        && !over
        && (time.isOver() || engine.isCutOff());
  }

  /** Returns what the line waits for, which fails if it does not come in its time. */
  private <T> CompletionStage<T> inTime(CompletionStage<T> answer) {
    return over ? answer : time.within(answer);
  }

  /** Returns whether somebody here looks at tokens and has looked at the hello's. */
  boolean tokenTaken() {
    return tokenTaken;
  }

  /** @param first what the client has said first; null if it does not speak first */
  CompletionStage<Step> enter(@Nullable Command first) {
    if (!(first instanceof Command.Hello hello)) {
      return identify(false);
    }
    line.instance(hello.instance());
    was = hello.was();
    String token = hello.token();
    if (token == null) {
      return identify(hello.take());
    }
    return then(asked(engine.tokens().authenticate(new SpokenToken(token))), verdict -> {
      tokenTaken = !(verdict instanceof Authenticator.Verdict.Nobody);
      return tokenTaken ? identified(verdict, hello.take()) : identify(hello.take());
    });
  }

  private CompletionStage<Step> identify(boolean take) {
    return then(asked(arrival.identity()), verdict -> identified(verdict, take));
  }

  /** An authenticator that never answers must not leave a line open that belongs to nobody. */
  private CompletionStage<Authenticator.Verdict> asked(
      CompletionStage<Authenticator.Verdict> verdict) {
    if (!verdict.toCompletableFuture().isDone()) {
      line.identityIsAsked();
    }
    return verdict;
  }

  private CompletionStage<Step> identified(Authenticator.Verdict verdict, boolean take) {
    if (verdict instanceof Authenticator.Verdict.Wrong wrong) {
      return line.refuse(steps, CloseStatus.credentials(wrong.why()), 0);
    }
    if (verdict instanceof Authenticator.Verdict.CannotSay) {
      return line.refuse(steps, CloseStatus.CANNOT_SAY, engine.comeBackMillis());
    }
    User user = verdict.identity().user();
    if (was != null
        && (user == null || !user.id().equals(was))) { // it must know, not just hear less
      return line.refuse(
          steps, user == null ? CloseStatus.LOGGED_OUT : CloseStatus.ANOTHER_USER, 0);
    }
    line.identity(verdict.identity());
    return then(Barred.of(inTime(engine.blocks().of(verdict.identity()))), barred -> {
      if (barred.unknown()) {
        return line.refuse(steps, CloseStatus.CANNOT_SAY, engine.comeBackMillis());
      }
      return barred.block() == null
          ? claim(user, take)
          : line.refuse(steps, barred.block().status(), 0);
    });
  }

  private CompletionStage<Step> claim(@Nullable User user, boolean take) {
    if (user != null && engine.lineIndex().count(user) > engine.limits().flow().linesOfUser()) {
      return line.refuse(steps, CloseStatus.TOO_MANY_LINES, PATIENCE * engine.comeBackMillis());
    }
    engine.seatWatch().claims(line);
    return then(engine.seats().claim(line, take, time), this::decided);
  }

  private CompletionStage<Step> decided(Seats.Outcome outcome) {
    if (outcome instanceof Seats.Outcome.Refused refusal) {
      boolean noBook = refusal.status() == CloseStatus.OVERLOADED && refusal.delayMillis() == 0;
      return line.refuse(
          steps, refusal.status(), noBook ? engine.comeBackMillis() : refusal.delayMillis());
    }
    if (outcome instanceof Seats.Outcome.Seated seated) {
      line.seated(seated.ticket());
      return welcome();
    }
    steps.end(); // the line has ended meanwhile
    return DONE;
  }

  private CompletionStage<Step> welcome() {
    if (manner.hasWords()) {
      writer.answer(welcomePush());
    }
    engine.events().welcomed(line);
    String greeting = line.door().greeting();
    if (greeting != null) {
      writer.answer(new Push.Text(greeting));
    }
    return then(inTime(arrival.heads()).handle(Admission::known), this::readOwn);
  }

  /** Heads that do not come in time are like those that cannot be read. */
  private static Map<ChannelName, From> known(
      @Nullable Map<ChannelName, From> heads, @Nullable Throwable failure) {
    if (heads != null) {
      return heads;
    }
    if (Outcome.cause(failure) instanceof Store.Unavailable) {
      return Map.of();
    }
    throw new CompletionException(Outcome.cause(failure));
  }

  private Push welcomePush() {
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

  /** Reads the door's own channels, then what a listening client has asked for in its URL. */
  private CompletionStage<Step> readOwn(Map<ChannelName, From> heads) {
    List<ChannelName> own = line.door().channels().apply(line.user());
    Map<ChannelName, From> since = Since.parse(arrival.since(), own);
    List<Step> next = new ArrayList<>();
    for (ChannelName channel : own) {
      From from = since.getOrDefault(channel, heads.getOrDefault(channel, NOW));
      next.add(() -> readOwn(channel, from));
    }
    if (!own.isEmpty()) {
      next.add(this::requireOne);
    }
    arrival.commands().forEach(command -> next.add(commands.apply(command)));
    next.add(() -> {
      over = true;
      return DONE;
    });
    steps.addFirst(next);
    return DONE;
  }

  private CompletionStage<Step> readOwn(ChannelName channel, From from) {
    return then(access.may(channel), decision -> switch (decision.may()) {
      case YES -> ownChannel(channel, from, decision);
      case NO -> DONE;
      case UNKNOWN -> line.refuse(steps, CloseStatus.OVERLOADED, engine.comeBackMillis());
    });
  }

  private CompletionStage<Step> ownChannel(
      ChannelName channel, From from, Rights.Decision decision) {
    Subscription subscription = Subscription.of(channel);
    return then(start(subscription, from), verdict -> {
      if (verdict == Subscriptions.Verdict.UNAVAILABLE) {
        return line.refuse(steps, CloseStatus.OVERLOADED, engine.comeBackMillis());
      }
      access.begun(subscription, decision, false);
      return DONE;
    });
  }

  /** A client that was let in and may read nothing would wait for ever. */
  private CompletionStage<Step> requireOne() {
    return access.all().isEmpty() && !line.isEnding()
        ? line.refuse(steps, CloseStatus.FORBIDDEN, 0)
        : DONE;
  }
}
