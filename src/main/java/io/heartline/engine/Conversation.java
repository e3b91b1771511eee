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
import io.heartline.protocol.Excerpt;
import io.heartline.protocol.Push;
import io.heartline.protocol.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What one line's client says and what it is answered. Commands are carried out in order, with one
 * answer each. Before the first one the line gets its identity and its seat; commands wait for
 * them.
 *
 * <p>All of it runs as {@link Steps}, one at a time and under no lock, so the fields need no lock.
 */
final class Conversation implements Command.Cases<CompletionStage<Step>> {
  /** After this many refused commands in a row, this is no client of ours. */
  private static final int MAX_REFUSED = 64;

  private final Line line;
  private final Engine engine;
  private final Dialect dialect;
  private final Writer writer;
  private final Steps steps;
  private final ChannelAccess access;
  private final Admission admission;
  private final Acknowledgements acknowledgements;
  private final Publishing publishing;
  private final Pace pace;

  /** A review waits for its turn. */
  private final AtomicBoolean reviewAsked = new AtomicBoolean();

  /** The identity and the seat were asked for. */
  private boolean entered;

  /** When the line will end, if its page must still be told; null otherwise. */
  private @Nullable End end;

  /** @param at in nanoseconds */
  private record End(long at) {}

  /** The client has said hello. */
  private boolean greeted;

  /** How many commands in a row were not understood; a refusal for another reason counts as one. */
  private int refused;

  /** The receipt that the client wants for what is carried out now; null if it wants none. */
  private @Nullable String receipt;

  Conversation(
      Line line,
      Engine engine,
      Arrival arrival,
      Dialect dialect,
      Subscriptions subscriptions,
      Writer writer) {
    this.line = line;
    this.engine = engine;
    this.dialect = dialect;
    this.writer = writer;
    steps = new Steps(
        task -> engine.pool().ready(mayBlock -> task.run()),
        this::failed,
        Outbox.MAX_ANSWER_CHARS + engine.limits().messageBytes()); // one whole message may wait
    access = new ChannelAccess(line, engine, dialect.manner(), subscriptions, writer, steps);
    publishing = new Publishing(line, engine, access);
    pace = new Pace(engine.limits().flow(), engine.nanos());
    acknowledgements = new Acknowledgements(line, engine.acknowledged(), writer);
    admission = new Admission(
        line,
        engine,
        arrival,
        dialect.manner(),
        access,
        writer,
        steps,
        command -> () -> carryOut(command));
  }

  /** Opens the conversation. A client that does not speak first claims its seat by connecting. */
  void open() {
    if (!dialect.manner().pagesSpeak()) {
      entered = true;
      steps.add(List.of(() -> admission.enter(null)), 0);
    }
  }

  /**
   * A whole message arrived. Called by one thread at a time.
   *
   * @return whether it held a command, or the end of one
   */
  boolean receive(String text) {
    if (line.isEnding()) {
      return false;
    }
    List<Command> decoded = dialect.decode(text);
    if (!pace.allows(decoded, text, engine.nanos())) {
      line.close(CloseStatus.TOO_FAST, engine.comeBackMillis(), false);
      return false;
    }
    List<Step> commands = new ArrayList<>(1);
    for (Command command : decoded) {
      commands.add(() -> carryOut(command));
    }
    if (!commands.isEmpty()) {
      line.spoke();
    }
    if (!steps.add(commands, text.length())) {
      line.close(CloseStatus.SLOT_OVERFLOW);
    }
    return !commands.isEmpty();
  }

  /** Returns whether what the client sent last ends in the middle of a command. */
  boolean midway() {
    return dialect.midway() > 0;
  }

  /**
   * Rights have changed: channels that the client may no longer read are taken off the line. Asks
   * nothing on the calling thread, which may hold locks of its own.
   */
  void review() {
    if (reviewAsked.compareAndSet(false, true)) {
      steps.insert(() -> {
        reviewAsked.set(false); // first: a change from now on needs another review
        return access.review();
      });
    }
  }

  /** A right to read may have ended. Asks nothing on the calling thread. */
  void reviewEnded() {
    steps.insert(access::reviewEnded);
  }

  /**
   * The line ends soon. The page is told so, but not before the welcome: it takes the first object
   * for that.
   *
   * @param endsAt in nanoseconds
   */
  void endsSoon(long endsAt) {
    steps.insert(() -> {
      end = new End(endsAt);
      return entered ? tellOfTheEnd() : DONE;
    });
  }

  private CompletionStage<Step> tellOfTheEnd() {
    End soon = end;
    if (soon != null) {
      end = null;
      long left = Math.max(0, soon.at() - engine.nanos());
      writer.answer(new Push.Expiring(Duration.ofNanos(left).toMillis()));
    }
    return DONE;
  }

  private void failed(Throwable failure) {
    engine.faults().failed("a command failed", line, failure);
    line.close(CloseStatus.FAILED);
  }

  private CompletionStage<Step> carryOut(Command command) {
    if (line.isEnding()) {
      steps.end();
      return DONE;
    }
    if (line.isExpired()) { // and the deadline has not noticed yet
      return line.refuse(steps, CloseStatus.EXPIRED, 0);
    }
    if (!(command instanceof Command.Refused)) {
      refused = 0;
    }
    if (!entered && dialect.manner().endsWithErrors() && isRefused(command)) {
      return command.accept(this);
    }
    if (!entered) {
      steps.addFirst(List.of(this::tellOfTheEnd, () -> carryOut(command)));
      entered = true;
      return admission.enter(command);
    }
    return command.accept(this);
  }

  private static boolean isRefused(Command command) {
    return command instanceof Command.Refused
        || (command instanceof Command.Request request
            && request.commands().stream().anyMatch(Conversation::isRefused));
  }

  /** The receipt follows once all is done. After an error nothing is done any more. */
  @Override
  public CompletionStage<Step> request(Command.Request request) {
    receipt = request.receipt();
    List<Step> all = new ArrayList<>(request.commands().size() + 1);
    for (Command command : request.commands()) {
      all.add(() -> carryOut(command));
    }
    all.add(() -> {
      writer.answer(new Push.Receipt(request.receipt()));
      receipt = null;
      return DONE;
    });
    steps.addFirst(all);
    return DONE;
  }

  /** The first hello was answered by the welcome. */
  @Override
  public CompletionStage<Step> hello(Command.Hello hello) {
    if (greeted) {
      return refuse("already", "hello was said already", "hello");
    }
    greeted = true;
    if (hello.token() != null && !admission.tokenTaken() && !dialect.manner().endsWithErrors()) {
      refuse("unsupported", "tokens are not in use here", "token");
    }
    return DONE;
  }

  @Override
  public CompletionStage<Step> subscribe(Command.Subscribe command) {
    ChannelName channel = command.subscription().channel();
    String token = command.token();
    if (token != null) {
      return then(
          engine.channelTokens().check(line.identity(), channel, token),
          verdict -> opened(command, verdict));
    }
    return then(access.may(channel), decision -> switch (decision.may()) {
      case YES -> allowed(command, decision);
      case NO -> refuse("forbidden", "you may not read this channel", channel.text());
      case UNKNOWN ->
        refuse("unavailable", "it cannot be said now whether you may read", channel.text());
    });
  }

  /** A token that is shown counts, whatever rights say without it. */
  private CompletionStage<Step> opened(Command.Subscribe command, ChannelTokens.Verdict verdict) {
    String channel = command.subscription().channel().text();
    if (verdict instanceof ChannelTokens.Verdict.Wrong wrong) {
      return refuse("forbidden", wrong.why(), channel);
    }
    return verdict instanceof ChannelTokens.Verdict.Opens opens
        ? allowed(command, new Rights.Decision(Rights.May.YES, opens.untilMillis()))
        : refuse("unavailable", "it cannot be said now what the token is good for", channel);
  }

  private CompletionStage<Step> allowed(Command.Subscribe command, Rights.Decision decision) {
    ChannelName channel = command.subscription().channel();
    From from = acknowledgements.start(command);
    return then(admission.start(command.subscription(), from), verdict -> {
      if (verdict == Subscriptions.Verdict.DONE) {
        access.begun(command.subscription(), decision, command.token() != null);
        acknowledgements.begun(command, access.cursor(command.subscription()));
      }
      return admission.mustComeBack(verdict)
          ? line.refuse(steps, CloseStatus.OVERLOADED, engine.comeBackMillis())
          : answer(verdict, channel);
    });
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

  @Override
  public CompletionStage<Step> unsubscribe(Command.Unsubscribe command) {
    acknowledgements.ended(command.subscription());
    Push.Unsubscribed answer = new Push.Unsubscribed(command.subscription(), null);
    return access.stop(command.subscription(), answer)
        ? DONE
        : refuse(
            "none",
            "this line does not read the channel",
            command.subscription().channel().text());
  }

  @Override
  public CompletionStage<Step> subscribeOwn(Command.SubscribeOwn command) {
    User user = line.user();
    return user == null
        ? refuse("forbidden", "only a known user has a channel of their own", null)
        : subscribe(new Command.Subscribe(
            new Subscription(user.channel(), command.id()), command.from(), command.acks()));
  }

  @Override
  public CompletionStage<Step> unsubscribeOwn(Command.UnsubscribeOwn command) {
    User user = line.user();
    return user == null
        ? refuse("none", "this line does not read the channel", null)
        : unsubscribe(new Command.Unsubscribe(new Subscription(user.channel(), command.id())));
  }

  @Override
  public CompletionStage<Step> acknowledge(Command.Acknowledge command) {
    return switch (acknowledgements.acknowledge(command)) {
      case DONE -> DONE;
      case UNKNOWN ->
        refuse(
            "unknown",
            "an acknowledgement must be for a message that this subscription was sent: "
                + command.message(),
            command.id());
      case TOO_MANY ->
        refuse(
            "limit",
            "at most " + Taken.MAX_RUNS + " messages may be missing between acknowledged ones",
            command.id());
    };
  }

  @Override
  public CompletionStage<Step> beats(Command.Beats agreed) {
    line.beats(agreed);
    return DONE;
  }

  @Override
  public CompletionStage<Step> publish(Command.Publish command) {
    return then(publishing.publish(command), verdict -> answer(command, verdict));
  }

  private CompletionStage<Step> answer(Command.Publish command, Publishing.Verdict verdict) {
    String channel = command.channel().text();
    if (verdict instanceof Publishing.Verdict.Taken taken) {
      writer.answer(new Push.Published(command.channel(), taken.position(), command.id()));
      return DONE;
    }
    if (verdict instanceof Publishing.Verdict.Unavailable) {
      return refuse("unavailable", "nothing can be published now", channel, command.id());
    }
    boolean forbidden = verdict instanceof Publishing.Verdict.Forbidden;
    String code = forbidden ? "forbidden" : "unavailable";
    String message = forbidden
        ? "you may not publish in this channel: " + channel
        : "it cannot be said now whether you may publish: " + channel;
    return dialect.manner().endsWithErrors()
        ? drop(code, message, channel)
        : refuse(code, message, channel, command.id());
  }

  /** The next command is carried out once the application has answered. */
  @Override
  public CompletionStage<Step> ask(Command.Ask ask) {
    String destination = Excerpt.of(ask.destination());
    Callback.Sent sent = new Callback.Sent(
        ask.callback(), ask.destination(), line.id(), line.user(), ask.headers(), ask.data());
    return then(engine.asking().ask(sent), answer -> {
      if (answer instanceof Callback.Answer.Refused no) {
        return drop("forbidden", "the application does not take it: " + no.why(), destination);
      }
      if (answer instanceof Callback.Answer.Unavailable no) {
        return drop("unavailable", "it cannot be taken now: " + no.why(), destination);
      }
      return DONE;
    });
  }

  @Override
  public CompletionStage<Step> ignored(Command.Ignored ignored) {
    return drop(ignored.code(), ignored.message(), ignored.about());
  }

  /**
   * Refuses a command that only a client which wants a receipt is told about. It is not one of
   * those in a row: some clients probe their line by such commands.
   */
  private CompletionStage<Step> drop(String code, String message, String about) {
    if (receipt != null) {
      return refuse(code, message, about);
    }
    engine.events().refused(line, code, about);
    return DONE;
  }

  @Override
  public CompletionStage<Step> leave(Command.Leave leave) {
    return line.refuse(steps, CloseStatus.NORMAL, 0);
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
    return refuse(no.code(), no.message(), no.about(), no.id());
  }

  @Override
  public CompletionStage<Step> token(Command.Token command) {
    return then(engine.tokens().authenticate(new SpokenToken(command.token())), this::renewed);
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
      return line.refuse(steps, CloseStatus.credentials(wrong.why()), 0);
    }
    Identity next = ((Authenticator.Verdict.Known) verdict).identity();
    User user = line.user();
    if (user == null ? next.user() != null : !user.equals(next.user())) {
      return line.refuse(
          steps, CloseStatus.ANOTHER_USER, 0); // seat and channels belong to the user before
    }
    line.identity(next);
    // If it is not known now, the line goes on: a block is looked for again once it can be.
    return then(
        Barred.of(engine.blocks().of(next)),
        barred -> barred.block() == null
            ? access.review()
            : line.refuse(steps, barred.block().status(), 0));
  }

  private CompletionStage<Step> refuse(String code, String message, @Nullable String about) {
    return refuse(code, message, about, null);
  }

  /** @param id of a publication that is refused, or null */
  private CompletionStage<Step> refuse(
      String code, String message, @Nullable String about, @Nullable String id) {
    engine.events().refused(line, code, about);
    if (dialect.manner().endsWithErrors()) {
      writer.answer(new Push.Error(code, message, about, receipt));
      return line.refuse(steps, afterError(code, message), 0);
    }
    if (++refused >= MAX_REFUSED) {
      steps.end();
      line.close(CloseStatus.malformed(MAX_REFUSED + " refused commands in a row"));
    } else {
      writer.answer(new Push.Error(code, message, about, id));
    }
    return DONE;
  }

  /** Returns how a line is closed that has been told of an error. */
  private static CloseStatus afterError(String code, String message) {
    return switch (code) {
      case "forbidden" -> CloseStatus.FORBIDDEN.because(message);
      case "unavailable", "limit" -> CloseStatus.OVERLOADED.because(message);
      default -> CloseStatus.malformed(message);
    };
  }
}
