package io.heartline.store.redis.seats;

import io.heartline.engine.Holder;
import io.heartline.engine.Seat;
import io.heartline.engine.Unrest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A seat as text. Equal seats have equal texts, so that texts can be compared instead.
 *
 * <pre>
 * 1 taken &lt;highest claim&gt; &lt;hold ms&gt; &lt;held until&gt; &lt;last return&gt; &lt;return&gt;,&lt;return&gt;...
 * sits &lt;claim&gt; &lt;node&gt; &lt;line&gt; =&lt;instance&gt;
 * lost &lt;when&gt; =&lt;instance&gt;
 * </pre>
 *
 * The first line begins with the version; it says {@code empty} if nobody sits. A client without an
 * instance has no last field.
 */
final class SeatText {
  /** What the text of a seat begins with if somebody sits there. */
  static final String TAKEN = "1 taken ";

  private static final String EMPTY = "1 empty ";

  private SeatText() {}

  /** Returns the text of a seat; empty for {@link Seat#EMPTY}. */
  static String write(Seat seat) {
    if (seat.equals(Seat.EMPTY)) {
      return "";
    }
    Unrest unrest = seat.unrest();
    StringBuilder text = new StringBuilder(seat.holders().isEmpty() ? EMPTY : TAKEN);
    text.append(seat.lastClaim()).append(' ').append(unrest.holdMillis());
    text.append(' ').append(unrest.heldUntil()).append(' ').append(unrest.lastReturn());
    text.append(' ')
        .append(unrest.returns().stream().map(String::valueOf).collect(Collectors.joining(",")));
    for (Holder holder : seat.holders()) {
      text.append("\nsits ").append(holder.claim()).append(' ').append(holder.node());
      text.append(' ').append(holder.line()).append(instance(holder.instance()));
    }
    for (Unrest.Lost lost : unrest.lost()) {
      text.append("\nlost ").append(lost.at()).append(instance(lost.instance()));
    }
    return text.toString();
  }

  private static String instance(@Nullable String instance) {
    return instance == null ? "" : " =" + instance;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if this version would not have written it
   */
  static Seat read(String text) {
    if (text.isEmpty()) {
      return Seat.EMPTY;
    }
    Seat seat;
    try {
      seat = parse(text);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw foreign(e);
    }
    if (!write(seat).equals(text)) { // otherwise it could never be replaced
      throw foreign(null);
    }
    return seat;
  }

  private static IllegalArgumentException foreign(@Nullable Exception cause) {
    return new IllegalArgumentException(
        "a seat in Redis was written by another version, or by something else", cause);
  }

  private static Seat parse(String text) {
    String[] lines = text.split("\n", -1);
    String[] head = lines[0].split(" ", 7);
    List<Long> returns = new ArrayList<>();
    if (!head[6].isEmpty()) {
      for (String at : head[6].split(",", -1)) {
        returns.add(Long.parseLong(at));
      }
    }
    List<Holder> holders = new ArrayList<>();
    List<Unrest.Lost> lost = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      if (lines[i].startsWith("sits ")) {
        String[] field = lines[i].split(" ", 5);
        holders.add(new Holder(field[2], field[3], number(field[1]), instance(field, 4)));
      } else {
        String[] field = lines[i].split(" ", 3);
        lost.add(new Unrest.Lost(instance(field, 2), number(field[1])));
      }
    }
    Unrest unrest = new Unrest(lost, returns, number(head[3]), number(head[4]), number(head[5]));
    return new Seat(holders, unrest, number(head[2]));
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static @Nullable String instance(String[] fields, int at) {
    return fields.length > at ? fields[at].substring(1) : null;
  }
}
