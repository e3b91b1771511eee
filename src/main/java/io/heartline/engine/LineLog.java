package io.heartline.engine;

import io.heartline.model.CloseCause;
import io.heartline.model.CloseStatus;
import io.heartline.model.OneLine;
import io.heartline.model.User;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Logs who was here, from where, for how long, and how their line ended. Everything is logged at
 * DEBUG, which java.util.logging calls FINE. The end of a line is logged at INFO if something went
 * wrong and the user is known: anonymous strangers can make and break any number of lines. For the
 * same reason at most {@value #FIRST} ends a minute and network are logged at INFO.
 *
 * <p>While the node drains or stops, all lines end. Then they are only counted, and one line of the
 * log sums them up.
 */
public final class LineLog implements LineEvents {
  /** The logger's name, which operators use in their configuration. */
  public static final String NAME = "io.heartline.lines";

  /** How many ends are logged at INFO in a minute for each network. */
  static final int FIRST = 20;

  private static final int NETWORKS = 1000;

  private final Engine engine;
  private final UnaryOperator<String> network;
  private final Logger log;
  private final Repeats repeats = new Repeats(FIRST, NETWORKS);

  /** The lines that ended since the node let none in any more, by how they ended. */
  private final Map<String, LongAdder> endings = new ConcurrentHashMap<>();

  /** @param network returns the network of an address: all of one count as one */
  public LineLog(Engine engine, UnaryOperator<String> network) {
    this(engine, network, System.getLogger(NAME));
  }

  LineLog(Engine engine, UnaryOperator<String> network, Logger log) {
    this.engine = engine;
    this.network = network;
    this.log = log;
  }

  @Override
  public void welcomed(Line line) {
    log.log(Level.DEBUG, () -> who(line) + " opened");
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    if (!engine.ready()) {
      endings.computeIfAbsent(word(code, status), fresh -> new LongAdder()).increment();
      log.log(Level.DEBUG, () -> text(line, code, status, reason));
      return;
    }
    boolean known = line.user() != null;
    boolean told = known
        && isFault(line, code, status)
        && repeats.isTold(network.apply(line.address()), engine.nanos());
    log.log(told ? Level.INFO : Level.DEBUG, () -> text(line, code, status, reason));
  }

  /** Tells what is due: counts of minutes that are over, and that a drain is done. */
  public void tend() {
    repeats.over(engine.nanos()).forEach(this::tellRest);
    if (engine.ready() || engine.lines() == 0) { // a drain was ended, or has come to its end
      tellEndings();
    }
  }

  /** Tells everything that was only counted so far. Called at the end. */
  public void end() {
    repeats.end(engine.nanos()).forEach(this::tellRest);
    tellEndings();
  }

  private void tellRest(Repeats.Rest rest) {
    log.log(
        Level.INFO,
        () -> "of lines of known users from " + rest.kind() + ", " + rest.count()
            + " more ended for a fault within a minute; at level FINE (DEBUG) each is logged");
  }

  private void tellEndings() {
    Map<String, Long> sums = new TreeMap<>();
    endings.forEach((word, count) -> sums.put(word, count.sumThenReset()));
    sums.values().removeIf(count -> count == 0);
    if (!sums.isEmpty()) {
      long all = sums.values().stream().mapToLong(Long::longValue).sum();
      String each = sums.entrySet().stream()
          .map(sum -> sum.getValue() + " " + sum.getKey())
          .collect(Collectors.joining(", "));
      log.log(Level.INFO, () -> all + " lines have ended since no more were let in: " + each);
    }
  }

  private String text(Line line, int code, @Nullable CloseStatus status, String reason) {
    Duration life = Duration.ofNanos(engine.nanos() - line.openedAt());
    return who(line) + " ended after " + words(life) + ": " + how(line, code, status, reason);
  }

  private static String who(Line line) {
    User user = line.user();
    String instance = line.instance();
    return "line " + line.id() + (user == null ? "" : " of " + OneLine.of(user.id())) + " from "
        + line.address() + " at door " + line.door().name()
        + (instance == null ? "" : " (instance " + OneLine.of(instance) + ")");
  }

  private static String how(Line line, int code, @Nullable CloseStatus status, String reason) {
    String other = otherEnd(line, code, reason);
    if (status == null) {
      return code + " (" + other + ")";
    }
    String ours = status.cause().word() + " (closed by us: " + OneLine.of(status.reason()) + ")";
    return code == status.code()
        ? code + " " + ours
        : code + " (" + other + ") while we closed it with " + status.code() + " " + ours;
  }

  private static String otherEnd(Line line, int code, String reason) {
    String said = reason.isEmpty() ? "" : ": " + OneLine.of(reason);
    if (code == CloseStatus.LOST && line.manner().marksPlaces()) {
      return "the reader left, or the network broke: a stream does not say which" + said;
    }
    if (code == CloseStatus.LOST) {
      return "lost without a close"
          + (said.isEmpty() ? ": the network broke, or the client vanished" : said);
    }
    // Containers report a broken rule of the WebSocket protocol as if the client had closed.
    return (isBrokenRule(code)
            ? "closed by the container for what the client sent, or by the client"
            : "closed by the client")
        + said;
  }

  private static String word(int code, @Nullable CloseStatus status) {
    if (status != null) {
      return status.cause().word();
    }
    return code == CloseStatus.LOST ? "lost" : "left";
  }

  private static boolean isFault(Line line, int code, @Nullable CloseStatus status) {
    if (status != null) {
      return isFault(status.cause());
    }
    return code == CloseStatus.LOST ? !line.manner().marksPlaces() : isBrokenRule(code);
  }

  private static boolean isBrokenRule(int code) {
    return code > CloseStatus.LOST && code < 1012 || code == 1002 || code == 1003;
  }

  private static boolean isFault(CloseCause cause) {
    return switch (cause) {
      case NORMAL,
          STOPPING,
          DRAINED,
          ROTATED,
          SEAT_HELD,
          SEAT_LIMIT,
          REPLACED,
          KICKED,
          BLOCKED,
          LOGGED_OUT,
          EXPIRED,
          FORBIDDEN -> false;
      case UNFINISHED,
          NO_PROGRESS,
          WRITE_FAILED,
          ANSWERS_UNREAD,
          GAP,
          NO_ANSWER,
          NO_FIRST_FRAME,
          NO_ROOM,
          TOO_FAST,
          TOO_MANY_LINES,
          CREDENTIALS,
          CANNOT_SAY,
          TOO_BIG,
          NOT_TEXT,
          UNSUPPORTED_VERSION,
          MALFORMED,
          FAILED -> true;
    };
  }

  /** Returns the two largest units of a time, such as {@code 3 h 12 min}. */
  static String words(Duration time) {
    if (time.toDays() > 0) {
      return time.toDays() + " d " + time.toHoursPart() + " h";
    }
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    if (time.toMinutes() > 0) {
      return time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
    return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
