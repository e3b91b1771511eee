package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Push;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One open connection of one client: who it is, and the parts that serve it. What arrives is handed
 * to its {@link Conversation}, what leaves goes through its {@link Writer}, whether it lives is
 * said by its {@link Liveness}.
 */
public final class Line {
  private static final Logger LOG = System.getLogger(Line.class.getName());

  private final String id;
  private final Door door;
  private final Arrival arrival;
  private final Connection connection;
  private final Engine engine;
  private final Liveness liveness;
  private final Writer writer;
  private final Subscriptions subscriptions;
  private final Conversation conversation;

  /**
   * The part by which its beats come early: lines that came together do not beat together for ever.
   */
  private final double haste;

  /** When a native line must have begun to speak, and when it is rotated. */
  private final long firstFrameDue;

  private final long rotateAt;

  /** How the page calls itself; null for raw clients and until the page has said so. */
  private volatile @Nullable String instance;

  /** The page's first frame has arrived. */
  private volatile boolean spoke;

  /** Run at the next sign of life, or at the end; empty but while a seat's newcomer waits. */
  private final Queue<Runnable> whenHeard = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean gone = new AtomicBoolean();

  /** What it waits for; empty once it is gone. */
  private enum Deadline {
    CHECK,
    WRITE,
    DRAINED,
    CUT
  }

  @GuardedBy("deadlines")
  private final Map<Deadline, Timers.Timer> deadlines = new EnumMap<>(Deadline.class);

  /** When the client was last sent a beat in text; touched by one thread at a time. */
  private volatile long textBeatAt;

  Line(String id, Door door, Arrival arrival, Connection connection, Engine engine, long now) {
    this.id = id;
    this.door = door;
    this.arrival = arrival;
    this.connection = connection;
    this.engine = engine;
    Limits limits = engine.limits();
    liveness = new Liveness(now);
    textBeatAt = now;
    haste = engine.random() / 10;
    Outbox outbox = new Outbox(door.protocol(), limits.writeChars(), limits.channels());
    writer = new Writer(
        connection,
        outbox,
        engine.pool(),
        engine.closers(),
        new Written(),
        engine::nanos,
        limits.writeChars());
    subscriptions = new Subscriptions(engine.hub(), writer, limits.channels());
    conversation = new Conversation(this, engine, subscriptions, writer);
    firstFrameDue = now + limits.firstFrame().toNanos();
    long life = limits.rotateMin().toNanos();
    rotateAt = now + life + (long) (engine.random() * (limits.rotateMax().toNanos() - life));
  }

  public String id() {
    return id;
  }

  public @Nullable User user() {
    return arrival.user();
  }

  Door door() {
    return door;
  }

  Arrival arrival() {
    return arrival;
  }

  @Nullable
  String instance() {
    return instance;
  }

  void instance(@Nullable String name) {
    instance = name;
  }

  /** The client sent a whole text message. Called by one thread at a time. */
  public void received(String text) {
    spoke = true;
    alive();
    conversation.receive(text);
  }

  /** The client answered a ping. Proves a socket, not a page: counts where clients cannot speak. */
  public void ponged() {
    if (!door.protocol().pagesSpeak()) {
      alive();
    }
  }

  /** Part of a message arrived: the client lives, though it has not said all. */
  public void receiving() {
    alive();
  }

  private void alive() {
    liveness.heard(engine.nanos());
    answerProbes();
  }

  private void answerProbes() {
    for (Runnable waiting = whenHeard.poll(); waiting != null; waiting = whenHeard.poll()) {
      waiting.run();
    }
  }

  /** Asks for a sign of life and runs {@code answered} when one comes, or the line is gone. */
  void probe(Runnable answered) {
    whenHeard.add(answered);
    beat();
    if (isGone()) { // and may have been before it was asked
      answerProbes();
    }
  }

  long heardAt() {
    return liveness.heardAt();
  }

  /**
   * Tells a page that its HTTP session, and the line with it, ends soon; raw clients have no words
   * for it.
   */
  public void expiring(long millis) {
    if (door.protocol().hasWords()) {
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
    CloseStatus told = door.protocol().hasWords() ? status : status.forRawClients();
    Push bye = new Push.Bye(told, !told.staysAway(), delayMillis);
    if (!end(told, bye, delivering)) {
      return;
    }
    if (!delivering) {
      subscriptions.close();
    }
    cutLater(told);
  }

  /**
   * Tells the writer.
   *
   * @param delivering whether what was published before is still written, though no walk may have
   *     told of it yet
   */
  private boolean end(CloseStatus status, @Nullable Push bye, boolean delivering) {
    if (delivering) {
      subscriptions.markAll();
    }
    return writer.end(status, bye, delivering);
  }

  /** A write that stands, stands in the way of the close too: then the connection is cut. */
  private void cutLater(CloseStatus status) {
    later(Deadline.CUT, engine.nanos() + engine.limits().closing().toNanos(), () -> cut(status));
  }

  private void cut(CloseStatus status) {
    if (!isGone()) {
      writer.ended(); // what stands may end during the cut: nothing may follow the close then
      engine.closers().execute(() -> {
        connection.cut(status);
        gone(status.code());
      });
    }
  }

  /** Sets one of its deadlines, in place of the one before; none outlives the line. */
  private void later(Deadline which, long nanos, Runnable task) {
    Timers.Timer timer = engine.timers().at(nanos, task);
    Timers.Timer before;
    synchronized (deadlines) {
      before = deadlines.put(which, timer);
    }
    if (before != null) {
      before.cancel();
    }
    if (isGone()) {
      timer.cancel();
    }
  }

  /**
   * Tells a page when to come back, goes on delivering, and closes when that moment has come.
   *
   * @param delayMillis until the close
   */
  void drain(long delayMillis) {
    if (door.protocol().hasWords()) {
      writer.answer(new Push.Bye(CloseStatus.DRAINED, true, delayMillis));
    }
    later(Deadline.DRAINED, engine.nanos() + Duration.ofMillis(delayMillis).toNanos(), () -> {
      if (end(
          door.protocol().hasWords() ? CloseStatus.DRAINED : CloseStatus.STOPPING, null, true)) {
        cutLater(CloseStatus.DRAINED);
      }
    });
  }

  /**
   * The connection is closed, by whomever.
   *
   * @param code as the container reports it, 1006 if there was none
   */
  public void closed(int code) {
    gone(code);
  }

  /** Returns whether the connection is closed. */
  public boolean isGone() {
    return gone.get();
  }

  /** Returns whether it is closed, or will be once what is to be said is said. */
  boolean isEnding() {
    return isGone() || writer.ending();
  }

  private void gone(int code) {
    if (!gone.compareAndSet(false, true)) {
      return;
    }
    writer.ended();
    subscriptions.close();
    synchronized (deadlines) {
      deadlines.values().forEach(Timers.Timer::cancel);
      deadlines.clear();
    }
    engine.gone(this, code);
    answerProbes(); // who waits for the seat need not wait any longer
  }

  /** Begins: called once, when the engine knows the line. */
  void begin() {
    conversation.begin();
    check();
  }

  private void check() {
    long now = engine.nanos();
    if (isGone()) {
      return;
    }
    long beat = beatNanos();
    long grace = engine.limits().grace().toNanos();
    switch (liveness.check(now, beat, grace)) {
      case DEAD -> {
        close(CloseStatus.NO_ANSWER);
        return; // nothing is left to look for: the close has a deadline of its own
      }
      case BEAT_DUE -> beat();
      case ALIVE -> {}
    }
    checkAge(now);
    long next = liveness.nextCheck(now, beat, grace);
    if (door.protocol().hasWords()) {
      next = earlier(mustSpeak() ? firstFrameDue : rotateAt, next, now);
    }
    later(Deadline.CHECK, next, this::check);
  }

  /**
   * A client may ask in its URL for beats in text more often than the door sends its own, never for
   * fewer of those.
   */
  private long beatNanos() {
    long beat = engine.beat(door).toNanos();
    Duration textBeat = arrival.textBeat();
    long shorter = textBeat == null ? beat : Math.min(beat, textBeat.toNanos());
    return shorter - (long) (shorter * haste);
  }

  private void checkAge(long now) {
    if (!door.protocol().hasWords()) {
      return;
    }
    if (mustSpeak() && now - firstFrameDue >= 0) {
      close(CloseStatus.NO_FIRST_FRAME);
    } else if (now - rotateAt >= 0) {
      close(CloseStatus.ROTATED, 0, true);
    }
  }

  private boolean mustSpeak() {
    return door.protocol().pagesSpeak() && !spoke;
  }

  /** A deadline that has passed is not asked for again. */
  private static long earlier(long deadline, long next, long now) {
    return deadline - now > 0 && deadline - next < 0 ? deadline : next;
  }

  /** Returns how many publications of all its channels it has not read. */
  long lag() {
    return subscriptions.lag();
  }

  private void beat() {
    Push.Beat text =
        door.protocol().hasWords() || textBeatDue() ? new Push.Beat(engine.epochMillis()) : null;
    writer.beat(text, !door.protocol().hasWords());
  }

  private boolean listensOnly() {
    return door.protocol().hasWords() && !door.protocol().pagesSpeak();
  }

  private boolean textBeatDue() {
    Duration asked = arrival.textBeat();
    long now = engine.nanos();
    if (asked == null || now - textBeatAt < asked.toNanos() - (long) (asked.toNanos() * haste)) {
      return false;
    }
    textBeatAt = now;
    return true;
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
      liveness.wrote(startedAt, nowNanos, outgoing.beat());
      if (listensOnly()) { // what the network takes is all the sign of life there will be
        liveness.heard(nowNanos);
      }
      engine.statistics().wrote(outgoing);
    }

    @Override
    public void failed(Throwable failure) {
      LOG.log(Level.DEBUG, () -> Line.this + " - write failed: " + failure);
      cut(CloseStatus.NO_PROGRESS);
    }

    @Override
    public void waiting(long startedAt, Outgoing outgoing) {
      // Containers do not tell how far a write has come: each 8 KiB of it have the time that counts
      // as progress.
      long parts = 1 + outgoing.chars() / (Writer.SLOW_WRITE_CHARS + 1);
      later(Deadline.WRITE, startedAt + parts * engine.limits().noProgress().toNanos(), () -> {
        if (writer.stillWriting(startedAt)) {
          cut(CloseStatus.NO_PROGRESS);
        }
      });
    }

    @Override
    public void overflown() {
      close(CloseStatus.SLOT_OVERFLOW);
    }

    @Override
    public void closed(CloseStatus status) {
      gone(status.code());
    }
  }
}
