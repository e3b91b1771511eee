package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Nanos;
import io.heartline.model.OneLine;
import io.heartline.model.User;
import io.heartline.protocol.Command;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Manner;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One open connection of one client: who it is, and the parts that serve it. What arrives is handed
 * to its {@link Conversation}, what leaves goes through its {@link Writer}, {@link Watch} looks at
 * the clock for it, and {@link Ending} takes it to its end.
 */
public final class Line {
  private static final Logger LOG = System.getLogger(Line.class.getName());

  /** How long a message may take from its first part to its last. */
  private static final Duration MESSAGE = Duration.ofSeconds(10);

  /**
   * A client is told that its identity expires when a third of the time is left, which is enough to
   * fetch another one, and again when a third of that is left.
   */
  private static final long AHEAD = 3;

  private static final long MOST_AHEAD_MILLIS = 60_000;

  /** With less time than this nothing can be fetched. */
  private static final long LEAST_AHEAD_MILLIS = 1_000;

  private final String id;
  private final Door door;
  private final String address;
  private final long openedAt;
  private final Engine engine;
  private final Manner manner;
  private final Writer writer;
  private final Subscriptions subscriptions;
  private final Deadlines deadlines;
  private final Ending ending;
  private final Watch watch;
  private final Conversation conversation;
  private final Kept kept;

  /** When that ends; read by its writer. */
  private final Expiry expiry;

  /** Who it belongs to; changed by its conversation only. */
  private volatile Identity identity = Identity.ANONYMOUS;

  /** The name that the page gives itself; null for raw clients and until the page has said it. */
  private volatile @Nullable String instance;

  /** Part of a message has arrived but not its end. Touched by one thread at a time. */
  private volatile boolean unfinished;

  /**
   * Run at the next sign of life, or when the line is gone. Empty unless a newcomer waits for the
   * seat.
   */
  private final Queue<Runnable> whenHeard = new ConcurrentLinkedQueue<>();

  /** Its seat, which it gives back once it is gone; null while it has none. */
  private volatile Seats.@Nullable Ticket ticket;

  /** Up to which doubt its seat was looked up; changed by the {@link SeatWatch} only. */
  private volatile long seenAt;

  Line(String id, Door door, Arrival arrival, Connection connection, Engine engine, long now) {
    this.id = id;
    this.door = door;
    address = arrival.address();
    openedAt = now;
    this.engine = engine;
    Limits limits = engine.limits();
    Dialect dialect = door.protocol().open();
    manner = dialect.manner();
    expiry = new Expiry(engine::epochMillis);
    writer = new Writer(
        connection,
        new Outbox(
            dialect,
            limits.writeChars(),
            limits.channels(),
            arrival.asked(),
            engine.catchUps().of(this),
            () -> engine.seatWatch().trusts(this)),
        engine.pool(),
        engine.closers(),
        new Written(),
        engine::nanos,
        expiry,
        limits.writeChars());
    subscriptions = new Subscriptions(engine.hub(), writer, dialect, limits.channels());
    deadlines = new Deadlines(engine.timers());
    ending = new Ending(
        manner,
        connection,
        writer,
        subscriptions,
        deadlines,
        engine.closers(),
        engine::nanos,
        limits.closing(),
        this::gone);
    watch = new Watch(engine, door, manner, arrival.textBeat(), writer, deadlines, ending, now);
    conversation = new Conversation(this, engine, arrival, dialect, subscriptions, writer);
    kept = new Kept(dialect, engine.unfinished(), () -> close(CloseStatus.OVERLOADED));
  }

  public String id() {
    return id;
  }

  /** Returns who it belongs to: anonymous until that is known. */
  public Identity identity() {
    return identity;
  }

  public @Nullable User user() {
    return identity.user();
  }

  /**
   * The engine is finding out who the line belongs to, which must come to an end. Called by its
   * conversation.
   */
  void identityIsAsked() {
    long due = engine.nanos() + Nanos.of(engine.limits().firstFrame());
    deadlines.set(Deadlines.Kind.IDENTITY, due, () -> close(CloseStatus.CANNOT_SAY));
  }

  /** Sets who the line belongs to, until that identity expires. Called by its conversation only. */
  void identity(Identity next) {
    User before = user();
    identity = next;
    expiry.of(next);
    engine.lineIndex().move(this, before, next.user());
    if (ending.isGone()) { // nobody else would take it off the index again
      engine.lineIndex().move(this, next.user(), null);
    }
    if (next.expiresAtMillis() == Identity.NEVER) {
      deadlines.cancel(Deadlines.Kind.IDENTITY);
      return;
    }
    awaitExpiry(next, Math.min(MOST_AHEAD_MILLIS, expiry.leftMillis() / AHEAD));
  }

  /**
   * Waits until the client is to be told that its identity expires soon, or until it expires.
   *
   * @param ahead how long before the expiry the client is told, in ms
   */
  private void awaitExpiry(Identity of, long ahead) {
    boolean tells = ahead >= LEAST_AHEAD_MILLIS;
    long left = Math.max(0, expiry.leftMillis() - (tells ? ahead : 0));
    long at = engine.nanos() + Nanos.of(Duration.ofMillis(left));
    deadlines.set(Deadlines.Kind.IDENTITY, at, () -> expires(of, ahead));
  }

  /** It is time, or was meant to be: the wall clock may have been set back. */
  private void expires(Identity of, long ahead) {
    long left = expiry.leftMillis();
    if (identity != of) {
      return; // renewed meanwhile
    }
    if (left <= 0) {
      close(CloseStatus.EXPIRED);
    } else if (left > ahead) {
      awaitExpiry(of, ahead);
    } else {
      expiring(left);
      awaitExpiry(of, left / AHEAD); // once more then, if nothing has come of it
    }
  }

  /** Returns whether its identity has expired; then it is being closed, or is about to be. */
  boolean isExpired() {
    return expiry.isOver();
  }

  /** Returns a moment, in milliseconds since 1970, as a deadline. */
  private long at(long epochMillis) {
    long left = Math.max(0, epochMillis - engine.epochMillis());
    return engine.nanos() + Nanos.of(Duration.ofMillis(left));
  }

  public Door door() {
    return door;
  }

  /** Returns where the client is, see {@link Arrival#address}. */
  public String address() {
    return address;
  }

  /** Returns when it was opened, in nanoseconds. */
  long openedAt() {
    return openedAt;
  }

  Manner manner() {
    return manner;
  }

  @Nullable
  String instance() {
    return instance;
  }

  void instance(@Nullable String name) {
    instance = name;
  }

  /** Opens the line. Called once, when the engine knows it. */
  void open() {
    conversation.open();
    watch.check();
  }

  /** The client sent a whole text message. Called by one thread at a time. */
  public void received(String text) {
    watch.said();
    answerProbes();
    boolean commands = conversation.receive(text);
    boolean midway = conversation.midway();
    if (unfinished && (commands || !midway)) {
      unfinished = false;
      deadlines.cancel(Deadlines.Kind.MESSAGE);
    }
    if (midway) {
      receiving();
    }
    kept.changed(commands);
  }

  /**
   * The client answered a ping. That proves the socket lives but not the page, so it counts only
   * for clients that cannot speak.
   */
  public void ponged() {
    if (!manner.answersBeats()) {
      alive();
    }
  }

  /** The connection is {@link Connection#ready} again, after a while in which it was not. */
  public void writable() {
    writer.writable();
  }

  /** Part of a message arrived. The client lives, but it must send the rest in time. */
  public void receiving() {
    if (!unfinished) {
      unfinished = true;
      long due = engine.nanos() + MESSAGE.toNanos();
      deadlines.set(Deadlines.Kind.MESSAGE, due, () -> close(CloseStatus.UNFINISHED));
    }
    alive();
  }

  /** The client has given its first command. */
  void spoke() {
    watch.spoke();
  }

  /** The client has said how often it wants beats, and how often it sends some itself. */
  void beats(Command.Beats agreed) {
    watch.agreed(agreed);
  }

  private void alive() {
    watch.heard();
    answerProbes();
  }

  private void answerProbes() {
    for (Runnable waiting = whenHeard.poll(); waiting != null; waiting = whenHeard.poll()) {
      waiting.run();
    }
  }

  /**
   * Asks for a sign of life. Runs {@code answered} when one comes or when the line is gone. It may
   * run on any thread, even one of another caller, so it must neither wait nor go on with anybody's
   * work.
   */
  void probe(Runnable answered) {
    whenHeard.add(answered);
    watch.beat();
    if (isGone()) { // and may have been so before it was asked
      answerProbes();
    }
  }

  /** The line was given a seat; null if it needs none. Called by its conversation. */
  void seated(Seats.@Nullable Ticket given) {
    ticket = given;
    if (isGone()) { // and did not know of the seat when it ended
      leaveSeat();
    } else if (given != null) {
      engine.seatWatch().seated(this);
    }
  }

  /** Returns the proof of its seat; null while it has none. */
  Seats.@Nullable Ticket ticket() {
    return ticket;
  }

  /** Returns up to which doubt its seat was looked up, see {@link SeatWatch}. */
  long seenAt() {
    return seenAt;
  }

  void seenAt(long doubt) {
    seenAt = doubt;
  }

  /** What was published may be written again, after a while in which it was withheld. */
  void mayDeliver() {
    writer.mayDeliver();
  }

  private void leaveSeat() {
    Seats.Ticket given = ticket;
    if (given != null) {
      engine.seats().release(given);
    }
  }

  /** Rights have changed: checks again whether the client may read its channels. */
  void review() {
    conversation.review();
  }

  /**
   * At this moment a right to read ends, the first of those that end: then it is checked again.
   *
   * @param epochMillis since 1970
   */
  void reviewAt(long epochMillis) {
    deadlines.set(Deadlines.Kind.RIGHTS, at(epochMillis), conversation::reviewEnded);
  }

  /**
   * Tells a page that its HTTP session or its credentials end soon, and the line with them. Raw
   * clients cannot be told.
   */
  public void expiring(long millis) {
    if (manner.hasWords()) {
      conversation.endsSoon(engine.nanos() + Nanos.of(Duration.ofMillis(millis)));
    }
  }

  /**
   * Closes once everything that must still be said is written. Publications that are not written
   * yet are left to the next line.
   */
  public void close(CloseStatus status) {
    close(status, 0, false);
  }

  /**
   * Closes once everything that must still be said is written.
   *
   * @param delayMillis how long a page is told to wait before it comes back
   * @param delivering whether publications from before the close are still written
   */
  public void close(CloseStatus status, long delayMillis, boolean delivering) {
    ending.close(status, delayMillis, delivering);
  }

  /** Closes since the server stops, once everything that must still be said is written. */
  void stop(long delayMillis, long spreadMillis) {
    ending.close(CloseStatus.STOPPING, delayMillis, spreadMillis, true);
  }

  /**
   * Closes a line that is not let in, or no longer, whose steps end with this one.
   *
   * @param delayMillis what a page is told to wait before it comes back
   */
  CompletionStage<Steps.Step> refuse(Steps steps, CloseStatus status, long delayMillis) {
    steps.end();
    close(status, delayMillis, false);
    return Steps.DONE;
  }

  /**
   * Tells a page when to come back, keeps delivering until that moment, and then closes.
   *
   * @param delayMillis how long until the close
   */
  void drain(long delayMillis) {
    ending.drain(delayMillis);
  }

  /**
   * The connection is closed, no matter who closed it.
   *
   * @param code as the container reports it, 1006 if there was none
   */
  public void closed(int code) {
    closed(code, "");
  }

  /** The same, with what the client or the container says about it; may be empty. */
  public void closed(int code, String reason) {
    ending.gone(code, reason);
  }

  /** The line could not be opened. */
  void failed() {
    ending.closed(CloseStatus.OVERLOADED);
  }

  /** Returns whether the connection is closed. */
  public boolean isGone() {
    return ending.isGone();
  }

  /**
   * Runs a task once the line is gone, or at once if it already is. The task holds up the line's
   * end, so it must not wait for anything.
   */
  public void whenGone(Runnable task) {
    ending.whenGone(task);
  }

  /**
   * Returns whether the line is closed, or will be once everything that must still be said is
   * written.
   */
  boolean isEnding() {
    return ending.isEnding();
  }

  private void gone(int code, @Nullable CloseStatus status, String reason) {
    leaveSeat();
    kept.end();
    engine.gone(this, code, status, reason);
    answerProbes(); // nobody needs to wait for it any longer
  }

  /** Returns how many publications it has not read, all its channels together. */
  long lag() {
    return subscriptions.lag();
  }

  @Override
  public String toString() {
    User user = user();
    return "line " + id + " at " + door.name()
        + (user == null ? "" : " of " + OneLine.of(user.id()));
  }

  /** Acts on what the writer reports. */
  private final class Written implements Writer.Events {
    @Override
    public void wrote(long startedAt, long nowNanos, Outgoing outgoing) {
      watch.wrote(startedAt, nowNanos, outgoing.beat());
      engine.events().written(Line.this, outgoing);
    }

    @Override
    public void slow() {
      engine.events().slow(Line.this);
    }

    @Override
    public void failed(Throwable failure) {
      LOG.log(Level.DEBUG, () -> Line.this + " - write failed: " + failure);
      ending.cut(CloseStatus.WRITE_FAILED);
    }

    @Override
    public void waiting(long startedAt, Outgoing outgoing) {
      // Containers do not tell how far a write has come, so each 8 KiB of it get the full time in
      // which a write must make progress.
      long parts = 1 + outgoing.chars() / (Writer.SLOW_WRITE_CHARS + 1);
      long due = startedAt + Nanos.of(engine.limits().noProgress(), parts);
      deadlines.set(Deadlines.Kind.WRITE, due, () -> {
        if (writer.stillWriting(startedAt)) {
          ending.cut(CloseStatus.NO_PROGRESS);
        }
      });
    }

    @Override
    public void held(long nanos) {
      engine.events().held(Line.this);
      deadlines.set(Deadlines.Kind.CATCH_UP, engine.nanos() + nanos, writer::release);
    }

    @Override
    public void overflown() {
      close(CloseStatus.SLOT_OVERFLOW);
    }

    @Override
    public void closing(CloseStatus status) {
      ending.closing(status);
    }

    @Override
    public void expired() {
      close(CloseStatus.EXPIRED);
    }

    @Override
    public void closed(CloseStatus status) {
      ending.closed(status);
    }
  }
}
