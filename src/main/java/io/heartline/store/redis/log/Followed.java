package io.heartline.store.redis.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Outcome;
import io.heartline.engine.Store;
import io.heartline.log.ChannelLog;
import io.heartline.log.From;
import io.heartline.log.Reading;
import io.heartline.log.Retention;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.redis.RedisAway;
import io.heartline.store.redis.Subscriptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A channel that this node follows: a copy of what Redis holds of it, from where its readers need
 * it. It subscribes first, then reads, then appends what it hears. What does not fit to the end of
 * the copy (a hole, another epoch, another tag) makes it read again. Then the copy goes on, or is
 * replaced; in that case the {@link ChannelLog} tells each reader its gap.
 */
final class Followed implements Subscriptions.Listener {
  /** Bytes of what waits for a read, about; what comes beyond them is read again. */
  private static final int MOST_HELD = 4 << 20;

  private final ChannelName name;
  private final Retention retention;
  private final Partition partition;

  /**
   * Held while something is appended and told. Two threads may have the same publication, and the
   * one that is late answers its publisher: everybody must have been told by then.
   */
  private final Object telling = new Object();

  /** Null before it was read for the first time. */
  @GuardedBy("this")
  private @Nullable ChannelLog log;

  /** Everything is heard. */
  @GuardedBy("this")
  private boolean subscribed;

  /** It was read, or compared, since everything is heard. */
  @GuardedBy("this")
  private boolean current;

  /** A read is under way. */
  @GuardedBy("this")
  private @Nullable Read read;

  /** Another read must follow. */
  @GuardedBy("this")
  private boolean again;

  /** The log was set back, so the next read must bring all of it, in a new epoch. */
  @GuardedBy("this")
  private boolean all;

  /** What was heard and does not fit yet. */
  @GuardedBy("this")
  private final List<Notice> held = new ArrayList<>();

  @GuardedBy("this")
  private long heldBytes;

  /** Who wants to open it and waits for a read that begins after they came. */
  @GuardedBy("this")
  private List<Waiting> waiting = new ArrayList<>();

  /** How many views are open. */
  @GuardedBy("this")
  private int pins;

  /** When the last view was closed. */
  @GuardedBy("this")
  private long idleSince;

  /** When it was last known to agree with Redis. */
  @GuardedBy("this")
  private long agreedAt;

  @GuardedBy("this")
  private boolean ended;

  /** Somebody who wants to open it. */
  private record Waiting(From from, CompletableFuture<Store.Opened> answer) {}

  /**
   * A read that is under way.
   *
   * @param head the copy's head when it began; null if there was none
   * @param all whether it brings all that Redis holds, of a log that was set back
   * @param served who is answered with it
   */
  private record Read(@Nullable Position head, boolean all, List<Waiting> served) {}

  Followed(ChannelName name, Retention retention, Partition partition) {
    this.name = name;
    this.retention = retention;
    this.partition = partition;
    idleSince = partition.nanos();
  }

  ChannelName name() {
    return name;
  }

  /**
   * Opens it for a reader, once it is known where the reader starts.
   *
   * @return null if it has just ended: then there has to be another one
   */
  @Nullable
  CompletableFuture<Store.Opened> open(From from) {
    CompletableFuture<Store.Opened> answer = new CompletableFuture<>();
    Store.Opened opened = null;
    synchronized (this) {
      if (ended) {
        return null;
      }
      idleSince = partition.nanos();
      if (log != null && current && from instanceof From.After) {
        Start start = log.start(from);
        if (start.recovered()) { // whatever comes later will be heard
          opened = pin(start);
        }
      }
      if (opened == null) {
        waiting.add(new Waiting(from, answer));
      }
    }
    if (opened != null) {
      answer.complete(opened);
    } else {
      readIfNeeded();
    }
    return answer;
  }

  @GuardedBy("this")
  private Store.Opened pin(Start start) {
    pins++;
    return new Store.Opened(new CopyView(), start);
  }

  /** Begins a read if one is needed and none is under way. */
  private void readIfNeeded() {
    Read next;
    long after = -1;
    int last = 0;
    synchronized (this) {
      boolean wanted = again || !waiting.isEmpty();
      if (!wanted || read != null || ended || (!subscribed && !partition.isClosed())) {
        return;
      }
      Position head = log == null ? null : log.head();
      if (head != null) {
        after = head.offset();
      }
      for (Waiting who : waiting) {
        if (who.from instanceof From.After from) {
          after = after < 0
              ? from.position().offset()
              : Math.min(after, from.position().offset());
        } else if (who.from instanceof From.Last from) {
          last = Math.max(last, from.count());
        }
      }
      next = new Read(head, all, waiting);
      waiting = new ArrayList<>();
      again = false;
      all = false;
      read = next;
    }
    Position setBack = next.all ? next.head : null;
    CompletionStage<Content> content = setBack == null
        ? partition.read(name, after, last)
        : partition.readAnew(name, setBack.epoch());
    content.thenAccept(found -> done(next, found)).whenComplete((taken, failure) -> {
      if (failure != null) { // it was not read, or what was read contradicts itself
        failed(next, Outcome.cause(failure));
      }
    });
  }

  /** It could not be read. Who waits goes on waiting: until it can be, or they have no patience. */
  private void failed(Read failed, @Nullable Throwable failure) {
    List<Waiting> refused = new ArrayList<>();
    Store.Unavailable why = failure instanceof Store.Unavailable tooMany ? tooMany : null;
    if (why == null && !(failure instanceof RedisAway)) {
      why = partition.strange(name, failure);
    }
    synchronized (this) {
      read = null;
      again = true;
      all |= failed.all;
      failed.served.removeIf(who -> who.answer.isDone());
      (why == null ? waiting : refused).addAll(0, failed.served);
    }
    for (Waiting who : refused) {
      who.answer.completeExceptionally(why);
    }
    partition.readLater(this::readIfNeeded);
  }

  private void done(Read done, Content content) {
    List<Runnable> answers = new ArrayList<>();
    boolean moved;
    synchronized (this) {
      read = null;
      moved = take(done, content);
      if (!all) {
        current = subscribed;
        agreedAt = partition.nanos();
        moved |= applyHeld();
        answer(done.served, answers);
      } else { // the copy is wrong: who waits is answered once it was replaced
        waiting.addAll(0, done.served);
      }
    }
    partition.filled().changed(this);
    if (moved) {
      partition.moved(name);
    }
    answers.forEach(Runnable::run);
    readIfNeeded();
  }

  /** Takes over what was read. Returns whether readers have something to read, or a gap. */
  @GuardedBy("this")
  private boolean take(Read done, Content content) {
    ChannelLog copy = log;
    if (copy == null || done.head == null) {
      log = trimmed(content.log());
      return copy != null && !copy.head().equals(content.head());
    }
    boolean goesOn = content.continues(done.head);
    if (!goesOn && !done.all && done.head.epoch().equals(content.head().epoch())) {
      again = true; // Redis has lost what we have
      all = true;
      return false;
    }
    Position end = copy.head();
    if (goesOn
        && end.epoch().equals(content.head().epoch())
        && content.base().offset() <= end.offset()) {
      boolean more = content.head().offset() > end.offset();
      boolean deeper = content.base().offset() < copy.base().offset();
      if (deeper) {
        log = joined(content, copy);
      } else if (more) {
        content.after(end.offset()).publications().forEach(copy::append);
        trimmed(copy);
      }
      return more;
    }
    if (!end.equals(done.head)) { // something was appended to the copy meanwhile: read that too
      again = true;
    }
    log = trimmed(content.log());
    return true;
  }

  /** Returns a log of what was read, and what came to the copy after it. */
  private ChannelLog joined(Content content, ChannelLog copy) {
    if (copy.base().offset() > content.head().offset()) {
      return copy; // it has been trimmed meanwhile, beyond all that was read
    }
    ChannelLog joined = content.log();
    for (Publication publication : copy.retained()) {
      if (publication.offset() > joined.head().offset()) {
        joined.append(publication);
      }
    }
    return trimmed(joined);
  }

  private ChannelLog trimmed(ChannelLog grown) {
    grown.trim(retention, partition.epochMicros());
    return grown;
  }

  /** Answers those who waited, if they will hear whatever comes after it. */
  @GuardedBy("this")
  private void answer(List<Waiting> served, List<Runnable> answers) {
    ChannelLog copy = log;
    if (copy == null || !(current || partition.isClosed())) {
      waiting.addAll(0, served);
      return;
    }
    for (Waiting who : served) {
      if (who.answer.isDone()) {
        continue; // they had no patience
      }
      if (copy.head().offset() == 0 && pins == 0 && !partition.mayFollowUnborn(this)) {
        answers.add(() -> who.answer.completeExceptionally(partition.tooManyUnborn()));
        continue;
      }
      Store.Opened opened = pin(copy.start(who.from));
      answers.add(() -> {
        if (!who.answer.complete(opened)) {
          opened.view().close();
        }
      });
    }
  }

  /** Something was appended: by this node, or it was heard. */
  void append(Notice notice) {
    synchronized (telling) {
      boolean moved;
      synchronized (this) {
        moved = apply(notice);
      }
      if (moved) {
        partition.filled().changed(this);
        partition.moved(name);
      }
    }
    readIfNeeded();
  }

  /**
   * Appends what fits to the end of the copy. Holds what may fit later, and asks for a read if that
   * is needed. Returns whether something was appended.
   */
  @GuardedBy("this")
  private boolean apply(Notice notice) {
    ChannelLog copy = log;
    if (copy == null) {
      hold(notice);
      return false;
    }
    Position head = copy.head();
    if (!notice.before().epoch().equals(head.epoch())) {
      again = true;
      return false;
    }
    if (notice.end().offset() < head.offset()) {
      return false; // known already
    }
    if (notice.before().offset() > head.offset()) {
      hold(notice); // a hole: what is missing may be on its way
      return false;
    }
    int known = (int) (head.offset() - notice.before().offset());
    Notice rest = notice.after(known);
    if (rest.before().tag() != head.tag()) {
      again = true; // Redis has lost what we have
      return false;
    }
    rest.publications().forEach(copy::append);
    trimmed(copy);
    agreedAt = partition.nanos();
    return !rest.publications().isEmpty() | applyHeld();
  }

  @GuardedBy("this")
  private void hold(Notice notice) {
    heldBytes += notice.publications().stream().mapToLong(Publication::bytes).sum();
    if (heldBytes > MOST_HELD) { // a read brings them anyway
      held.clear();
      heldBytes = 0;
      again = true;
    } else {
      held.add(notice);
      if (read == null && log != null) {
        partition.fillLater(this::fill);
      }
    }
  }

  /** What is missing has not come: reads it. */
  private void fill() {
    synchronized (this) {
      again |= !held.isEmpty();
    }
    readIfNeeded();
  }

  /** Applies what was held. Returns whether something was appended. */
  @GuardedBy("this")
  private boolean applyHeld() {
    boolean moved = false;
    List<Notice> all = new ArrayList<>(held);
    held.clear();
    heldBytes = 0;
    all.sort((a, b) -> Long.compare(a.before().offset(), b.before().offset()));
    for (Notice notice : all) {
      moved |= apply(notice);
    }
    return moved;
  }

  @Override
  public void subscribed() {
    boolean known;
    synchronized (this) {
      subscribed = true;
      known = log != null && waiting.isEmpty();
      again |= !known;
    }
    if (known) {
      partition.compare(this); // many at once after a reconnect
    } else {
      readIfNeeded();
    }
  }

  @Override
  public void heard(byte[] message) {
    Notice notice;
    try {
      notice = Notice.parse(message);
    } catch (RuntimeException e) {
      partition.strange(name, e);
      synchronized (this) {
        again = true;
      }
      readIfNeeded();
      return;
    }
    append(notice);
  }

  @Override
  public synchronized void lost() {
    subscribed = false;
    current = false;
  }

  /** Returns the copy's head, to be compared with that in Redis; null if there is none. */
  synchronized @Nullable Position head() {
    return log == null ? null : log.head();
  }

  /**
   * It was compared with Redis.
   *
   * @param asked the copy's head when Redis was asked
   * @param redis the head in Redis
   */
  void compared(Position asked, Position redis) {
    synchronized (this) {
      if (asked.equals(redis)) {
        current = subscribed;
        agreedAt = partition.nanos();
      } else {
        again = true;
      }
    }
    readIfNeeded();
  }

  /** Returns whether it was current, and is not since the connection was lost. */
  synchronized boolean isReturning() {
    return log != null && !current;
  }

  /** Returns whether it is to be compared: nothing has shown for so long that it agrees. */
  synchronized boolean isDoubtful(long nanos, long patience) {
    return log != null && subscribed && read == null && nanos - agreedAt >= patience;
  }

  /** Ends it if nobody has used it for so long. Returns whether it has ended. */
  synchronized boolean endIfIdle(long nanos, long patience) {
    waiting.removeIf(who -> who.answer.isDone());
    ended |= pins == 0 && waiting.isEmpty() && read == null && nanos - idleSince >= patience;
    return ended;
  }

  /** Returns whether it was never published to, as far as this node knows, and is read. */
  synchronized boolean isUnborn() {
    return log != null && log.head().offset() == 0 && pins > 0;
  }

  synchronized long bytes() {
    return log == null || ended ? 0 : log.bytes();
  }

  synchronized void dropOldest() {
    if (log != null && !log.isEmpty()) {
      log.dropOldest();
    }
  }

  /** Drops what is too old. */
  void trim() {
    synchronized (this) {
      if (log != null) {
        trimmed(log);
      }
    }
    partition.filled().changed(this);
  }

  private synchronized void unpin() {
    pins--;
    idleSince = partition.nanos();
  }

  private synchronized Position viewHead() {
    return Objects.requireNonNull(log).head();
  }

  private synchronized Reading viewRead(Position after, int maxBytes) {
    return Objects.requireNonNull(log).read(after, maxBytes);
  }

  /** What one reader has open. */
  private final class CopyView implements Store.View {
    private boolean closed;

    @Override
    public Position head() {
      return viewHead();
    }

    @Override
    public Reading read(Position after, int maxBytes) {
      return viewRead(after, maxBytes);
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      unpin();
    }
  }
}
