package io.heartline.store.file;

import io.heartline.engine.Store;
import io.heartline.model.ChannelName;
import io.heartline.model.TimeSource;
import io.heartline.store.window.Window;
import io.heartline.store.window.Windows;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Commits what was gathered. Used by the store's thread only, except where it says otherwise. */
final class Committer {
  private static final Logger LOG = System.getLogger(Committer.class.getName());

  private static final int FRAME = 1 << 20;

  private record Forgotten(String name, String epoch) {}

  private final Windows windows;
  private final TimeSource time;
  private final Journal journal;
  private final ChannelNumbers numbers;
  private final Compaction compaction;
  private final EntryWriter entries = new EntryWriter(FRAME + FRAME / 4);

  /** Channels that were forgotten and not yet taken up here. Used by all threads. */
  private final Queue<Window> forgotten = new ConcurrentLinkedQueue<>();

  /** Forgotten channels that the next frame will name. */
  private final List<Forgotten> forgetting = new ArrayList<>();

  /** Why nothing is taken any more; null while the store works. Used by all threads. */
  private volatile @Nullable String failure;

  private final FullDisk fullDisk;

  Committer(
      Windows windows,
      TimeSource time,
      Journal journal,
      ChannelNumbers numbers,
      Compaction compaction) {
    this.windows = windows;
    this.time = time;
    this.journal = journal;
    this.numbers = numbers;
    this.compaction = compaction;
    fullDisk = new FullDisk(LOG, time.nanos());
  }

  /** A channel was forgotten: the next group writes that to the log. Used by all threads. */
  void forgotten(Window window) {
    forgotten.add(window);
  }

  /** Returns why nothing is taken any more; null while the store works. Used by all threads. */
  @Nullable
  String failure() {
    return failure;
  }

  /**
   * Returns why the disk does not take all that comes, which may pass; null if it does. Used by all
   * threads.
   */
  @Nullable
  String refusal() {
    return fullDisk.reason();
  }

  /** From now on nothing is taken any more. */
  void fail(String why) {
    fail(why, why);
  }

  /** @param logged the same for the log, which may name what a stranger should not see */
  private void fail(String why, String logged) {
    if (failure == null) {
      failure = why;
      forgetting.clear();
      LOG.log(
          Level.ERROR,
          "{0}. Publishing is refused until the server is restarted; what was published before is"
              + " still delivered",
          logged);
    }
  }

  /** Begins the next group. */
  Group group() throws InterruptedException {
    if (failure == null && compaction.full(journal.length())) {
      compaction.await();
      compact();
      compaction.await();
    }
    entries.clear();
    for (Window window = forgotten.poll(); window != null; window = forgotten.poll()) {
      numbers.remove(window);
      if (failure == null) {
        forgetting.add(new Forgotten(window.name().text(), window.head().epoch()));
      }
    }
    forgetting.forEach(f -> entries.forgotten(f.name(), f.epoch()));
    return new Group(windows, numbers, entries, time.epochMicros());
  }

  /** Returns whether the group holds as much as should be written at once. */
  boolean full() {
    return entries.length() >= FRAME;
  }

  /** Writes and forces a group, shows it to readers and answers its publishers, or refuses it. */
  void commit(Group group, Consumer<ChannelName> committed) {
    String failed = failure;
    if (failed != null) {
      group.refuse(new Store.Unavailable(failed));
      return;
    }
    try {
      write();
    } catch (Journal.Unforced e) {
      fail(e.why(), e.whyAndWhere());
      group.refuse(new Store.Unavailable(e.why()));
      return;
    } catch (IOException e) {
      group.refuse(new Store.Unavailable(refused(entries.frame().remaining(), e)));
      return;
    }
    group.show(committed);
    group.answer();
    tryAgain();
    compact();
  }

  private void write() throws IOException {
    if (entries.length() == 0) {
      return; // all its ids were known
    }
    requireShare();
    ByteBuffer frame = entries.frame();
    int bytes = frame.remaining();
    journal.append(frame);
    forgetting.clear();
    fullDisk.taken(bytes, time.nanos());
  }

  private void requireShare() throws IOException {
    if (compaction.full(journal.length())) {
      throw new IOException("the files have reached the size that heartline.disk allows");
    }
  }

  /** Finds out now and then whether a disk that was full has room again. */
  private void tryAgain() {
    if (!fullDisk.isTrialDue(time.nanos())) {
      return;
    }
    long bytes = fullDisk.needed();
    try {
      requireShare();
      journal.tryRoom(bytes);
      fullDisk.taken(bytes, time.nanos());
    } catch (IOException e) {
      refused(bytes, e);
    }
  }

  /** Returns what to tell the publishers. */
  private String refused(long bytes, IOException e) {
    String why = "the disk does not take it: " + Journal.reason(e);
    fullDisk.refused(bytes, why, time.nanos());
    return why;
  }

  /** When it is time, begins a new segment, or a checkpoint, which begins a new segment too. */
  private void compact() {
    boolean due = compaction.due(journal.length(), time.nanos());
    if (!due && !compaction.segmentFull(journal.length())) {
      return;
    }
    if (roll() && due) {
      checkpoint();
    }
  }

  private void checkpoint() {
    try {
      compaction.start(
          new Checkpoint.Subject(
              journal.number(), windows.epochs(), windows.used(), windows.ids().all()),
          time.nanos());
    } catch (RuntimeException | Error e) { // no thread or no memory: publishing goes on
      compaction.postpone(journal.length(), time.nanos());
      LOG.log(
          Level.WARNING,
          "a checkpoint could not be begun, older files stay for now: {0}",
          e.toString());
    }
  }

  private boolean roll() {
    long number = journal.number();
    long length = journal.length();
    try {
      journal.roll();
    } catch (Journal.Unforced e) {
      fail(e.why(), e.whyAndWhere());
    } catch (IOException e) {
      compaction.postpone(length, time.nanos());
      LOG.log(Level.WARNING, "a new segment could not be begun: {0}", e.toString());
    }
    boolean rolled = journal.number() != number;
    if (rolled) {
      compaction.completed(number, length);
      numbers.clear();
    }
    return rolled;
  }

  /** Writes to the log that nothing follows. */
  void end() throws InterruptedException {
    compaction.stop();
    if (failure != null) {
      return;
    }
    try {
      group();
      entries.end();
      write();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the log could not be ended properly: {0}", e.toString());
    }
  }

  /** Closes the log. */
  void close() {
    try {
      journal.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the log could not be closed: {0}", e.toString());
    }
  }
}
