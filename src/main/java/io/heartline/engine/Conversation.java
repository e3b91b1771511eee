package io.heartline.engine;

import static io.heartline.engine.Steps.DONE;
import static io.heartline.engine.Steps.then;

import io.heartline.engine.Steps.Step;
import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Push;
import io.heartline.protocol.Since;
import io.heartline.protocol.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What one line's client says and is answered: commands in order, one answer each. Before the first
 * one the line gets its identity and its seat; what follows waits for them.
 *
 * <p>All of it runs as {@link Steps}, one at a time and under no lock, so the fields need none.
 */
final class Conversation implements Command.Cases<CompletionStage<Step>> {
  private static final Logger LOG = System.getLogger(Conversation.class.getName());

  /** After that many refused commands in a row it is no client of ours. */
  private static final int MAX_REFUSED = 64;

  /** Where the door's own channels start if nobody has said where. */
  private static final From NOW = new From.Now();

  private final Line line;
  private final Engine engine;
  private final Arrival arrival;
  private final Dialect dialect;
  private final Subscriptions subscriptions;
  private final Writer writer;
  private final Steps steps;

  /** The identity and the seat were asked for. */
  private boolean entered;

  /** A hello was said. */
  private boolean greeted;

  /** The hello's token was understood; false as long as nobody here looks at tokens. */
  private boolean tokenTaken;

  /** How many of the last commands could not be understood, or were refused. */
  private int refused;

  Conversation(
      Line line,
      Engine engine,
      Arrival arrival,
      Dialect dialect,
      Subscriptions subscriptions,
      Writer writer) {
    this.line = line;
    this.engine = engine;
    this.arrival = arrival;
    this.dialect = dialect;
    this.subscriptions = subscriptions;
    this.writer = writer;
    steps = new Steps(
        task -> engine.pool().ready(mayBlock -> task.run()), this::failed, Outbox.MAX_ANSWER_CHARS);
  }

  /** Clients that do not speak first claim the seat by coming. */
  void open() {
    if (!dialect.manner().pagesSpeak()) {
      steps.add(List.of(() -> enter(null)), 0);
    }
  }

  /** A whole message came. Called by one thread at a time. */
  void receive(String text) {
    if (line.isEnding()) {
      return;
    }
    List<Step> commands = new ArrayList<>(1);
    for (Command command : dialect.decode(text)) {
      commands.add(() -> carryOut(command));
    }
    if (!steps.add(commands, text.length())) {
      line.close(CloseStatus.SLOT_OVERFLOW);
    }
  }

  /** Rights have changed: what may no longer be read is taken off the line. */
  void review() {
    steps.add(List.of(this::reviewAll), 0);
  }

  private void failed(Throwable failure) {
    LOG.log(Level.ERROR, () -> line + " - a command failed", failure);
    line.close(CloseStatus.FAILED);
  }

  private CompletionStage<Step> carryOut(Command command) {
    if (line.isEnding()) {
      steps.end();
      return DONE;
    }
    if (!(command instanceof Command.Refused)) {
      refused = 0;
    }
    if (!entered) {
      steps.addFirst(List.of(() -> carryOut(command)));
      return enter(command);
    }
    return command.accept(this);
  }

  // Who it is, and the seat.

  /** @param first what the client has said first; null if it does not speak first */
  private CompletionStage<Step> enter(@Nullable Command first) {
    entered = true;
    if (!(first instanceof Command.Hello hello)) {
      return identify(false);
    }
    line.instance(hello.instance());
    String token = hello.token();
    if (token == null) {
      return identify(hello.take());
    }
    return then(asked(engine.tokens().authenticate(new Token(token))), verdict -> {
      tokenTaken = !(verdict instanceof Authenticator.Verdict.Nobody);
      return tokenTaken ? identified(verdict, hello.take()) : identify(hello.take());
    });
  }

  private CompletionStage<Step> identify(boolean take) {
    return then(asked(arrival.identity()), verdict -> identified(verdict, take));
  }

  /** An authenticator that never answers must not leave a line that belongs to nobody for ever. */
  private CompletionStage<Authenticator.Verdict> asked(
      CompletionStage<Authenticator.Verdict> verdict) {
    if (!verdict.toCompletableFuture().isDone()) {
      line.identityIsAsked();
    }
    return verdict;
  }

  private CompletionStage<Step> identified(Authenticator.Verdict verdict, boolean take) {
    if (verdict instanceof Authenticator.Verdict.Wrong wrong) {
      return over(CloseStatus.credentials(wrong.why()), 0);
    }
    if (verdict instanceof Authenticator.Verdict.CannotSay) {
      return over(CloseStatus.CANNOT_SAY, engine.comeBackMillis());
    }
    line.identity(
        verdict instanceof Authenticator.Verdict.Known known
            ? known.identity()
            : Identity.ANONYMOUS);
    return then(engine.seats().claim(line, take), this::decided);
  }

  private CompletionStage<Step> decided(Seats.Outcome outcome) {
    if (outcome instanceof Seats.Outcome.Refused refusal) {
      return over(refusal.status(), refusal.delayMillis());
    }
    if (outcome instanceof Seats.Outcome.Seated seated) {
      line.seated(seated.ticket());
      return welcome();
    }
    steps.end(); // the line has ended meanwhile
    return DONE;
  }

  private CompletionStage<Step> over(CloseStatus status, long delayMillis) {
    steps.end();
    line.close(status, delayMillis, false);
    return DONE;
  }

  private CompletionStage<Step> welcome() {
    if (dialect.manner().hasWords()) {
      writer.answer(welcomePush());
    }
    engine.events().welcomed(line);
    String greeting = line.door().greeting();
    if (greeting != null) {
      writer.answer(new Push.Text(greeting));
    }
    return then(arrival.heads(), this::readOwn);
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
    for (Command command : arrival.commands()) {
      next.add(() -> carryOut(command));
    }
    steps.addFirst(next);
    return DONE;
  }

  private CompletionStage<Step> readOwn(ChannelName channel, From from) {
    return then(mayRead(channel), may -> switch (may) {
      case YES -> ownChannel(channel, from);
      case NO -> DONE;
      case UNKNOWN -> over(CloseStatus.OVERLOADED, engine.comeBackMillis());
    });
  }

  private CompletionStage<Step> ownChannel(ChannelName channel, From from) {
    return then(subscribe(Subscription.of(channel), from), verdict -> {
      if (verdict == Subscriptions.Verdict.UNAVAILABLE) {
        return over(CloseStatus.OVERLOADED, 0);
      }
      return DONE;
    });
  }

  /** A client that was let in and may read nothing would wait for ever. */
  private CompletionStage<Step> requireOne() {
    return subscriptions.all().isEmpty() && !line.isEnding()
        ? over(CloseStatus.FORBIDDEN, 0)
        : DONE;
  }

  // Commands.

  /** The first one was answered by the welcome. */
  @Override
  public CompletionStage<Step> hello(Command.Hello hello) {
    if (greeted) {
      return refuse("already", "hello was said already", "hello");
    }
    greeted = true;
    if (hello.token() != null && !tokenTaken) {
      refuse("unsupported", "tokens are not in use here", "token");
    }
    return DONE;
  }

  @Override
  public CompletionStage<Step> subscribe(Command.Subscribe command) {
    ChannelName channel = command.subscription().channel();
    return then(mayRead(channel), may -> switch (may) {
      case YES -> allowed(command);
      case NO -> refuse("forbidden", "you may not read this channel", channel.text());
      case UNKNOWN ->
        refuse("unavailable", "it cannot be said now whether you may read", channel.text());
    });
  }

  private CompletionStage<Step> allowed(Command.Subscribe command) {
    ChannelName channel = command.subscription().channel();
    return then(
        subscribe(command.subscription(), command.from()), verdict -> answer(verdict, channel));
  }

  private CompletionStage<Step> answer(Subscriptions.Verdict verdict, ChannelName channel) {
    return switch (verdict) {
      case UNAVAILABLE -> refuse("unavailable", "no room for another channel now", channel.text());
      case ALREADY -> refuse("already", "this line reads the channel already", channel.text());
      case TOO_MANY ->
        refuse(
            "limit",
            "at most " + engine.limits().channels() + " channels per line",
            channel.text());
      case DONE -> DONE; // its answer says where reading starts
    };
  }

  private CompletionStage<Subscriptions.Verdict> subscribe(Subscription subscription, From from) {
    return subscriptions.add(
        subscription, from, start -> engine.events().subscribed(line, subscription, start));
  }

  @Override
  public CompletionStage<Step> unsubscribe(Command.Unsubscribe command) {
    Cursor cursor = subscriptions.remove(command.subscription());
    if (cursor == null) {
      refuse(
          "none",
          "this line does not read the channel",
          command.subscription().channel().text());
    } else {
      writer.stopReading(cursor, new Push.Unsubscribed(command.subscription(), null));
    }
    return DONE;
  }

  @Override
  public CompletionStage<Step> beat(Command.Beat beat) {
    return DONE;
  }

  @Override
  public CompletionStage<Step> probe(Command.Probe probe) {
    writer.answer(new Push.Probed(probe.number()));
    return DONE;
  }

  @Override
  public CompletionStage<Step> say(Command.Say say) {
    writer.answer(new Push.Text(say.answer()));
    return DONE;
  }

  @Override
  public CompletionStage<Step> refused(Command.Refused no) {
    return refuse(no.code(), no.message(), no.about());
  }

  @Override
  public CompletionStage<Step> token(Command.Token command) {
    return then(engine.tokens().authenticate(new Token(command.token())), this::renewed);
  }

  private CompletionStage<Step> renewed(Authenticator.Verdict verdict) {
    if (verdict instanceof Authenticator.Verdict.Nobody) {
      return refuse("unsupported", "tokens are not in use here", "token");
    }
    if (verdict instanceof Authenticator.Verdict.CannotSay cannot) {
      return refuse(
          "unavailable", "it cannot be said now whose token this is: " + cannot.why(), "token");
    }
    if (verdict instanceof Authenticator.Verdict.Wrong wrong) {
      return over(CloseStatus.credentials(wrong.why()), 0);
    }
    Identity next = ((Authenticator.Verdict.Known) verdict).identity();
    User user = line.user();
    if (user == null ? next.user() != null : !user.equals(next.user())) {
      return over(CloseStatus.ANOTHER_USER, 0); // seat and channels are those of the one before
    }
    line.identity(next);
    return reviewAll();
  }

  // Rights.

  private enum May {
    YES,
    NO,
    /** Rights could not be asked. */
    UNKNOWN
  }

  private CompletionStage<May> mayRead(ChannelName channel) {
    return engine
        .rights()
        .may(line.identity(), Rights.Action.SUBSCRIBE, channel)
        .handle((may, failure) -> {
          if (may == null) {
            LOG.log(Level.WARNING, () -> line + " - rights could not be asked: " + failure);
            return May.UNKNOWN;
          }
          return may ? May.YES : May.NO;
        });
  }

  private CompletionStage<Step> reviewAll() {
    List<Step> next = new ArrayList<>();
    for (Subscription subscription : subscriptions.all()) {
      next.add(() -> then(mayRead(subscription.channel()), may -> review(subscription, may)));
    }
    steps.addFirst(next);
    return DONE;
  }

  /** What is not known takes nothing away. */
  private CompletionStage<Step> review(Subscription subscription, May may) {
    Cursor cursor = may == May.NO ? subscriptions.remove(subscription) : null;
    if (cursor == null) {
      return DONE;
    }
    if (!dialect.manner().hasWords()) { // it could not be told, and would wait for ever
      return over(CloseStatus.FORBIDDEN, 0);
    }
    writer.stopReading(cursor, new Push.Unsubscribed(subscription, "forbidden"));
    return DONE;
  }

  private CompletionStage<Step> refuse(String code, String message, @Nullable String about) {
    engine.events().refused(line, code, about);
    if (++refused >= MAX_REFUSED) {
      steps.end();
      line.close(CloseStatus.malformed(MAX_REFUSED + " refused commands in a row"));
    } else {
      writer.answer(new Push.Error(code, message, about));
    }
    return DONE;
  }

  /** Credentials that a client has said in words. */
  private record Token(@Override String token) implements Authenticator.Credentials {
    @Override
    public @Nullable String principal() {
      return null;
    }

    @Override
    public List<String> header(String name) {
      return List.of();
    }

    @Override
    public String toString() { // a record would show it
      return "a token";
    }
  }
}
