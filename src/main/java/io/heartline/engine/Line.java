package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.protocol.Push;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
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

  /** Run at the next sign of life; empty but while a seat's newcomer waits. */
  private final Queue<Runnable> whenHeard = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean gone = new AtomicBoolean();

  @GuardedBy("this")
  private Timers.@Nullable Timer nextCheck;

  Line(String id, Door door, Arrival arrival, Connection connection, Engine engine, long now) {
    this.id = id;
    this.door = door;
    this.arrival = arrival;
    this.connection = connection;
    this.engine = engine;
    Limits limits = engine.limits();
    liveness = new Liveness(now);
    haste = engine.random() / 10;
    Outbox outbox = new Outbox(door.protocol(), limits.writeChars(), limits.channels());
    writer = new Writer(
        connection, outbox, engine.pool(), new Written(), engine::nanos, limits.writeChars());
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
    for (Runnable waiting = whenHeard.poll(); waiting != null; waiting = whenHeard.poll()) {
      waiting.run();
    }
  }

  /** Asks for a sign of life and runs {@code answered} when one comes. */
  void probe(Runnable answered) {
    whenHeard.add(answered);
    beat();
  }

  long heardAt() {
    return liveness.heardAt();
  }

  /**
   * Tells a page that its HTTP session, and the line with it, ends soon; raw clients have no words
   * for it.
   */
  public void expiring(long millis) {
    if (door.protocol().pagesSpeak()) {
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
    CloseStatus told = door.protocol().pagesSpeak() ? status : status.forRawClients();
    Push bye = new Push.Bye(told, !told.staysAway(), delayMillis);
    if (!writer.end(told, bye, delivering)) {
      return;
    }
    if (!delivering) {
      subscriptions.close();
    }
    cutLater(told);
  }

  /** A write that stands, stands in the way of the close too: then the connection is cut. */
  private void cutLater(CloseStatus status) {
    engine.timers().at(engine.nanos() + engine.limits().closing().toNanos(), () -> {
      if (!isGone()) {
        engine.pool().ready(mayBlock -> {
          connection.close(status);
          gone(status.code());
        });
      }
    });
  }

  /**
   * Tells a page when to come back, goes on delivering, and closes when that moment has come.
   *
   * @param delayMillis until the close
   */
  void drain(long delayMillis) {
    if (door.protocol().pagesSpeak()) {
      writer.answer(new Push.Bye(CloseStatus.DRAINED, true, delayMillis));
    }
    engine.timers().at(engine.nanos() + Duration.ofMillis(delayMillis).toNanos(), () -> {
      if (writer.end(
          door.protocol().pagesSpeak() ? CloseStatus.DRAINED : CloseStatus.STOPPING, null, true)) {
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

  boolean isGone() {
    return gone.get();
  }

  private void gone(int code) {
    if (!gone.compareAndSet(false, true)) {
      return;
    }
    writer.ended();
    subscriptions.close();
    whenHeard.clear();
    synchronized (this) {
      if (nextCheck != null) {
        nextCheck.cancel();
      }
    }
    engine.gone(this, code);
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
    if (door.protocol().pagesSpeak()) {
      next = earlier(spoke ? rotateAt : firstFrameDue, next, now);
    }
    Timers.Timer timer = engine.timers().at(next, this::check);
    synchronized (this) {
      nextCheck = timer;
    }
  }

  private long beatNanos() {
    Duration textBeat = arrival.textBeat();
    long beat = (textBeat == null ? engine.beat(door) : textBeat).toNanos();
    return beat - (long) (beat * haste);
  }

  private void checkAge(long now) {
    if (!door.protocol().pagesSpeak()) {
      return;
    }
    if (!spoke && now - firstFrameDue >= 0) {
      close(CloseStatus.NO_FIRST_FRAME);
    } else if (now - rotateAt >= 0) {
      close(CloseStatus.ROTATED, 0, true);
    }
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
    boolean inText = door.protocol().pagesSpeak() || arrival.textBeat() != null;
    Push.Beat text = inText ? new Push.Beat(engine.epochMillis()) : null;
    writer.beat(text, !door.protocol().pagesSpeak());
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
      engine.statistics().wrote(outgoing);
    }

    @Override
    public void failed(Throwable failure) {
      LOG.log(Level.DEBUG, () -> Line.this + " - write failed: " + failure);
      connection.close(CloseStatus.NO_PROGRESS);
      gone(CloseStatus.NO_PROGRESS.code());
    }

    @Override
    public void waiting(long startedAt, Outgoing outgoing) {
      // Containers do not tell how far a write has come: each 8 KiB of it have the time that counts
      // as progress.
      long parts = 1
          + outgoing.texts().stream().mapToLong(String::length).sum()
              / (Writer.SLOW_WRITE_CHARS + 1);
      engine.timers().at(startedAt + parts * engine.limits().noProgress().toNanos(), () -> {
        if (writer.stillWriting(startedAt)) {
          engine.pool().ready(mayBlock -> {
            connection.close(CloseStatus.NO_PROGRESS);
            gone(CloseStatus.NO_PROGRESS.code());
          });
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
