package io.heartline.engine;

import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Position;
import io.heartline.protocol.Dialect;
import io.heartline.protocol.Manner;
import io.heartline.protocol.Push;
import io.heartline.protocol.Since;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one line has to write: a small slot for control and, instead of a queue of messages, the
 * cursors whose channels have moved. Decides what the next write carries. Not thread-safe: guarded
 * by its {@link Writer}.
 */
final class Outbox {
  /**
   * How many answers may wait, not counting those about channels. More of them mean that the client
   * asks without reading.
   */
  static final int MAX_ANSWERS = 64;

  /** How much text those answers may hold beyond the size of one write, in characters. */
  static final int MAX_ANSWER_CHARS = 64 * 1024;

  private final Dialect dialect;

  /** What {@link #dialect} can say; kept here since every write needs it. */
  private final Manner manner;

  private final int writeChars;
  private final int maxChannelAnswers;

  /** Starts small: it is mostly empty, and every line has one. */
  private final Deque<Push> answers = new ArrayDeque<>(1);

  /** The cursors whose channels have moved, each at most once. */
  private final Deque<Cursor> dirty = new ArrayDeque<>(1);

  /** Those that catch up with what was published before the client subscribed. They come later. */
  private final Deque<Cursor> behind = new ArrayDeque<>(0);

  private final CatchUp catchUp;

  /** Whether the line may be given publications now; asked before each write that has some. */
  private final BooleanSupplier mayDeliver;

  /** It may not, until {@link #mayDeliver() told} otherwise. Everything else is written. */
  private boolean withheld;

  /** Those that catch up wait for the line's turn. */
  private boolean held;

  /** In how many nanoseconds that turn comes; 0 once it was told. */
  private long heldFor;

  /** The last write had no room for those that catch up, so they come first in the next. */
  private boolean passedOver;

  /** The newest beat; null if none is due. Nobody needs an older one. */
  private Push.@Nullable Beat beat;

  private boolean ping;
  private int plainAnswers;
  private int plainChars;

  /** Written just before the close; null if there is none, or once it is written. */
  private @Nullable Push bye;

  /** How the line is closed once all else is written; null unless it is ending. */
  private @Nullable CloseStatus end;

  /** Whether publications from before the end are still delivered. */
  private boolean delivering = true;

  /**
   * The position in each channel once the client has read all that was taken; null if the protocol
   * does not need it.
   */
  private final @Nullable Map<ChannelName, Position> places;

  private boolean placesMoved;

  /**
   * @param asked where a client that resumes has read to. It is in the places from the first one
   *     on: a stream may break before all its channels are answered
   */
  Outbox(
      Dialect dialect,
      int writeChars,
      int maxChannels,
      Map<ChannelName, Position> asked,
      CatchUp catchUp,
      BooleanSupplier mayDeliver) {
    this.dialect = dialect;
    manner = dialect.manner();
    this.writeChars = writeChars;
    maxChannelAnswers = 2 * maxChannels;
    this.catchUp = catchUp;
    this.mayDeliver = mayDeliver;
    places = manner.marksPlaces() ? new LinkedHashMap<>(asked) : null;
  }

  /** Adds an answer; returns false if the client leaves too many unread. */
  boolean answer(Push push) {
    boolean aboutChannel = push instanceof Push.Subscribed || push instanceof Push.Unsubscribed;
    if (aboutChannel) {
      if (answers.size() - plainAnswers >= maxChannelAnswers) {
        return false;
      }
    } else {
      int chars = chars(push);
      if (plainAnswers >= MAX_ANSWERS || plainChars + chars > MAX_ANSWER_CHARS + writeChars) {
        return false;
      }
      plainAnswers++;
      plainChars += chars;
    }
    answers.add(push);
    return true;
  }

  /** Returns how many characters of the client's own choice an answer holds. */
  private static int chars(Push answer) {
    if (answer instanceof Push.Text text) {
      return text.text().length();
    }
    return answer instanceof Push.Receipt receipt ? receipt.receipt().length() : 0;
  }

  /** Asks for a beat, in text, as a protocol ping, or both. */
  void beat(Push.@Nullable Beat text, boolean ping) {
    beat = text == null ? beat : text;
    this.ping |= ping;
  }

  /**
   * A cursor begins to read its channel. What it reads comes after the answer that says where it
   * starts. If it starts with a gap and the protocol has no words for one, the line ends.
   *
   * @return false if the client leaves too many answers unread
   */
  boolean startReading(Cursor cursor, Start start) {
    cursor.at = start.position();
    cursor.began = start.position();
    cursor.gap = start.reason() == null ? null : start.position();
    cursor.catchesUpTo = cursor.channel().head().offset();
    ChannelName name = cursor.channel().name();
    if (start.reason() != null && !manner.hasWords()) {
      end(CloseStatus.gap(name, start.reason().word()), null, false);
      return true;
    }
    mark(cursor);
    return !manner.hasWords() || answer(new Push.Subscribed(cursor.subscription(), start));
  }

  /** A channel moved. A cursor that has not begun needs no mark: it is marked when it begins. */
  void mark(Cursor cursor) {
    if (!cursor.dirty && !cursor.ended && cursor.at != null) {
      // First: if this fails, it can still be marked later.
      (cursor.catchesUp() ? behind : dirty).add(cursor);
      cursor.dirty = true;
    }
  }

  /**
   * Ends the line once everything that must still be said is written. The first end counts, unless
   * a later one says to stay away and the first did not: otherwise a client that must not come back
   * would do so.
   *
   * @return whether this end counts
   */
  boolean end(CloseStatus status, @Nullable Push bye, boolean delivering) {
    if (end != null && (end.staysAway() || !status.staysAway())) {
      return false;
    }
    end = status;
    this.bye = bye;
    if (!delivering) {
      deliverNoMore();
    }
    return true;
  }

  /** Writes no more publications, for good: the line ends. */
  void deliverNoMore() {
    delivering = false;
    dirty.clear();
    behind.clear();
  }

  boolean ending() {
    return end != null;
  }

  /** Returns how the line is closed in the end, or null unless it is ending. */
  @Nullable
  CloseStatus end() {
    return end;
  }

  boolean hasWork() {
    return hasUrgentWork() || mayCatchUp();
  }

  /** Returns whether there is something to write that should not wait. */
  boolean hasUrgentWork() {
    boolean news = !withheld && !dirty.isEmpty();
    return !answers.isEmpty() || beat != null || ping || news || end != null;
  }

  private boolean mayCatchUp() {
    return !withheld && !held && !behind.isEmpty();
  }

  /** The line may be given publications again. */
  void mayDeliver() {
    withheld = false;
  }

  /** The line's turn has come: those that catch up may go on. */
  void release() {
    held = false;
  }

  /**
   * Returns in how many nanoseconds {@link #release} is due; 0 if it is not, or was told already.
   */
  long takeHeldFor() {
    long nanos = heldFor;
    heldFor = 0;
    return nanos;
  }

  /** Nothing more is written. */
  void over(long now) {
    catchUp.end(now);
  }

  /**
   * Returns how the line is to be closed now, or null if something must be written first or the
   * line goes on.
   */
  @Nullable
  CloseStatus close() {
    return answers.isEmpty() && beat == null && !ping && !pushesWait() && bye == null ? end : null;
  }

  /** What must wait for its turn, or is withheld, is left to the next line. */
  private boolean pushesWait() {
    return delivering && !withheld && (!dirty.isEmpty() || mayCatchUp());
  }

  /**
   * Takes what the next write carries; null if there is nothing to write.
   *
   * @param maxChars about how many characters, unless a single publication is longer
   */
  @Nullable
  Outgoing next(int maxChars, long now) {
    Texts texts = new Texts();
    boolean pinging = ping;
    boolean beating = ping || beat != null;
    ping = false;
    int room = takeAnswers(texts, maxChars);
    int publications = 0;
    if (answers.isEmpty() && delivering) {
      publications = takePushes(texts, Math.min(maxChars, writeChars), room, now);
    }
    if (bye != null && answers.isEmpty() && !pushesWait()) {
      add(texts, bye);
      bye = null;
    }
    return texts.isEmpty() && !pinging
        ? null
        : new Outgoing(framed(texts.list()), pinging, beating, publications, takePlaces());
  }

  private @Nullable String takePlaces() {
    if (places == null || !placesMoved) {
      return null;
    }
    placesMoved = false;
    return Since.write(places);
  }

  /** Notes the position at which the client will be once it has read the next write. */
  private void stands(ChannelName channel, Position at) {
    if (places != null) {
      places.put(channel, at);
      placesMoved = true;
    }
  }

  /** Takes the answers, then the beat; returns how many characters still fit. */
  private int takeAnswers(Texts texts, int room) {
    int left = room;
    while (!answers.isEmpty() && left > 0) {
      Push answer = answers.remove();
      if (!(answer instanceof Push.Subscribed || answer instanceof Push.Unsubscribed)) {
        plainAnswers--;
        plainChars -= chars(answer);
      }
      left -= add(texts, answer);
      if (answer instanceof Push.Subscribed subscribed) {
        stands(subscribed.subscription().channel(), subscribed.start().position());
      }
    }
    if (beat != null) {
      left -= add(texts, beat);
      beat = null;
    }
    return left;
  }

  /**
   * Visits the channels that moved, in rotation, until the write is full, and after them those that
   * catch up; returns how many publications it carries.
   */
  private int takePushes(Texts texts, int maxChars, int room, long now) {
    if (dirty.isEmpty() && behind.isEmpty()) {
      return 0;
    }
    withheld = !mayDeliver.getAsBoolean();
    if (withheld) {
      return 0;
    }
    int left = room;
    int publications = 0;
    boolean later = false;
    for (Deque<Cursor> from = queue(now); left > 0 && from != null; from = queue(now)) {
      Cursor cursor = from.remove();
      Position at = cursor.at;
      if (cursor.ended || at == null) { // never null: only begun cursors are marked
        continue;
      }
      Chunk chunk = cursor.channel().next(at, cursor.encoding(), maxChars);
      if (chunk.chars() > left && !texts.isEmpty()) {
        from.addFirst(cursor); // it comes first in the next write
        break;
      }
      cursor.dirty = false;
      if (chunk.gap() != null && !tellGap(texts, cursor, chunk)) {
        return publications;
      }
      texts.add(chunk.texts());
      left -= chunk.chars();
      publications += chunk.publications();
      if (from == behind) {
        catchUp.sent(Utf8Length.of(chunk.texts()), now);
        later = true;
      }
      cursor.at = chunk.end();
      stands(cursor.channel().name(), chunk.end());
      if (chunk.more()) {
        mark(cursor);
      }
    }
    passedOver = !later && !behind.isEmpty();
    return publications;
  }

  /** Returns whose turn it is in this write; null if nobody's. */
  private @Nullable Deque<Cursor> queue(long now) {
    boolean first = passedOver;
    passedOver = false;
    if (!dirty.isEmpty() && !first) {
      return dirty;
    }
    if (mayCatchUp()) {
      long due = catchUp.due(now);
      if (due <= 0) {
        return behind;
      }
      held = true;
      heldFor = due;
    }
    return dirty.isEmpty() ? null : dirty;
  }

  /**
   * Tells of the gap; returns whether the line goes on. If the protocol has no words for a gap, the
   * line is closed and the client comes back.
   */
  private boolean tellGap(Texts texts, Cursor cursor, Chunk chunk) {
    var reason = Objects.requireNonNull(chunk.gap());
    Position head = chunk.end();
    cursor.gap = head;
    cursor.catchesUpTo = 0; // it goes on from the head
    if (add(texts, new Push.Gap(cursor.subscription(), head, reason)) > 0) {
      return true;
    }
    end(CloseStatus.gap(cursor.channel().name(), reason.word()), null, false);
    deliverNoMore(); // even if it was already ending
    return false;
  }

  /** Adds a push; returns how many characters it has, 0 if the protocol has no words for it. */
  private int add(Texts texts, Push push) {
    String text = dialect.encode(push);
    if (text == null) {
      return 0;
    }
    texts.add(text);
    return text.length();
  }

  private List<String> framed(List<String> texts) {
    String separator = dialect.separator();
    return separator == null || texts.size() < 2 ? texts : List.of(String.join(separator, texts));
  }
}
