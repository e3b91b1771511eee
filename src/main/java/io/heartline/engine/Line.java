package io.heartline.engine;

import io.heartline.model.CloseStatus;
import io.heartline.model.Identity;
import io.heartline.model.Nanos;
import io.heartline.model.User;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
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

  private final String id;
  private final Door door;
  private final Engine engine;
  private final Manner manner;
  private final Writer writer;
  private final Subscriptions subscriptions;
  private final Deadlines deadlines;
  private final Ending ending;
  private final Watch watch;
  private final Conversation conversation;

  /** Who it belongs to; changed by its conversation only. */
  private volatile Identity identity = Identity.ANONYMOUS;

  /** How the page calls itself; null for raw clients and until the page has said so. */
  private volatile @Nullable String instance;

  /** Part of a message has arrived and its end has not; touched by one thread at a time. */
  private volatile boolean unfinished;

  /** Run at the next sign of life, or at the end; empty but while a seat's newcomer waits. */
  private final Queue<Runnable> whenHeard = new ConcurrentLinkedQueue<>();

  /** Its seat, which it gives back at its end; null while it has none. */
  private volatile Seats.@Nullable Ticket ticket;

  Line(String id, Door door, Arrival arrival, Connection connection, Engine engine, long now) {
    this.id = id;
    this.door = door;
    this.engine = engine;
    Limits limits = engine.limits();
    Dialect dialect = door.protocol().open();
    manner = dialect.manner();
    writer = new Writer(
        connection,
        new Outbox(dialect, limits.writeChars(), limits.channels()),
        engine.pool(),
        engine.closers(),
        new Written(),
        engine::nanos,
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
   * It is being found out who it belongs to, which must come to an end. Called by its conversation.
   */
  void identityIsAsked() {
    long due = engine.nanos() + Nanos.of(engine.limits().firstFrame());
    deadlines.set(Deadlines.Kind.IDENTITY, due, () -> close(CloseStatus.CANNOT_SAY));
  }

  /** Sets who it belongs to, for as long as that holds. Called by its conversation only. */
  void identity(Identity next) {
    User before = user();
    identity = next;
    engine.lineIndex().move(this, before, next.user());
    if (ending.isGone()) { // nobody would take it off again
      engine.lineIndex().move(this, next.user(), null);
    }
    if (next.expiresAtMillis() == Identity.NEVER) {
      deadlines.cancel(Deadlines.Kind.IDENTITY);
      return;
    }
    long left = Math.max(0, next.expiresAtMillis() - engine.epochMillis());
    long at = engine.nanos() + Nanos.of(Duration.ofMillis(left));
    deadlines.set(Deadlines.Kind.IDENTITY, at, () -> close(CloseStatus.EXPIRED));
  }

  public Door door() {
    return door;
  }

  @Nullable
  String instance() {
    return instance;
  }

  void instance(@Nullable String name) {
    instance = name;
  }

  /** Opens: called once, when the engine knows the line. */
  void open() {
    conversation.open();
    watch.check();
  }

  /** The client sent a whole text message. Called by one thread at a time. */
  public void received(String text) {
    watch.spoke();
    if (unfinished) {
      unfinished = false;
      deadlines.cancel(Deadlines.Kind.MESSAGE);
    }
    alive();
    conversation.receive(text);
  }

  /** The client answered a ping. Proves a socket, not a page: counts where clients cannot speak. */
  public void ponged() {
    if (!manner.pagesSpeak()) {
      alive();
    }
  }

  /**
   * Part of a message arrived: the client lives, though it has not said all, and must do so in
   * time.
   */
  public void receiving() {
    if (!unfinished) {
      unfinished = true;
      long due = engine.nanos() + MESSAGE.toNanos();
      deadlines.set(Deadlines.Kind.MESSAGE, due, () -> close(CloseStatus.UNFINISHED));
    }
    alive();
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
   * Asks for a sign of life and runs {@code answered} when one comes, or the line is gone. It may
   * run on any thread, also on that of others who asked: it must neither wait nor go on with
   * anybody's work.
   */
  void probe(Runnable answered) {
    whenHeard.add(answered);
    watch.beat();
    if (isGone()) { // and may have been before it was asked
      answerProbes();
    }
  }

  /** It was given a seat, unless its door has none. Called by its conversation. */
  void seated(Seats.@Nullable Ticket given) {
    ticket = given;
    if (isGone()) { // and may not have known of it
      leaveSeat();
    }
  }

  private void leaveSeat() {
    Seats.Ticket given = ticket;
    if (given != null) {
      engine.seats().release(given);
    }
  }

  /** Rights have changed: asks again for what it reads. */
  void review() {
    conversation.review();
  }

  /**
   * Tells a page that its HTTP session, and the line with it, ends soon; raw clients have no words
   * for it.
   */
  public void expiring(long millis) {
    if (manner.hasWords()) {
      writer.answer(new Push.Expiring(millis));
    }
  }

  /**
   * Closes after what has to be said; what was published but not written is left to the next line.
   */
  public void close(CloseStatus status) {
    close(status, 0, false);
  }

  /**
   * Closes after what has to be said.
   *
   * @param delayMillis what a page is told to wait before it comes back
   * @param delivering whether what was published before is still written
   */
  void close(CloseStatus status, long delayMillis, boolean delivering) {
    ending.close(status, delayMillis, delivering);
  }

  /**
   * Tells a page when to come back, goes on delivering, and closes when that moment has come.
   *
   * @param delayMillis until the close
   */
  void drain(long delayMillis) {
    ending.drain(delayMillis);
  }

  /**
   * The connection is closed, by whomever.
   *
   * @param code as the container reports it, 1006 if there was none
   */
  public void closed(int code) {
    ending.gone(code);
  }

  /** Returns whether the connection is closed. */
  public boolean isGone() {
    return ending.isGone();
  }

  /**
   * Runs a task once the line is gone; at once if it is. The task holds up the line's end, so it
   * must not wait for anything.
   */
  public void whenGone(Runnable task) {
    ending.whenGone(task);
  }

  /** Returns whether it is closed, or will be once what is to be said is said. */
  boolean isEnding() {
    return ending.isEnding();
  }

  private void gone(int code, @Nullable CloseStatus status) {
    leaveSeat();
    engine.gone(this, code, status);
    answerProbes(); // nobody needs to wait for it any longer
  }

  /** Returns how many publications of all its channels it has not read. */
  long lag() {
    return subscriptions.lag();
  }

  @Override
  public String toString() {
    User user = user();
    return "line " + id + " at " + door.name() + (user == null ? "" : " of " + user.id());
  }

  /** What the writer has to tell. */
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
      // Containers do not tell how far a write has come: each 8 KiB of it have the time that counts
      // as progress.
      long parts = 1 + outgoing.chars() / (Writer.SLOW_WRITE_CHARS + 1);
      long due = startedAt + Nanos.of(engine.limits().noProgress(), parts);
      deadlines.set(Deadlines.Kind.WRITE, due, () -> {
        if (writer.stillWriting(startedAt)) {
          ending.cut(CloseStatus.NO_PROGRESS);
        }
      });
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
    public void closed(CloseStatus status) {
      ending.closed(status);
    }
  }
}
