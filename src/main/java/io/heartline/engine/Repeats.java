package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Keeps a log short when something happens again and again. Of each kind it lets the first few of a
 * minute be told, and counts the rest. A minute begins with the first of its kind, and ends when
 * {@link #over} finds that it has passed. Bounded: kinds beyond the limit share one minute, called
 * {@link #OTHERS}.
 */
public final class Repeats {
  /** The kind shared by all that there is no room for. */
  public static final String OTHERS = "others";

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final int first;
  private final int kinds;

  @GuardedBy("this")
  private final Map<String, Minute> minutes = new HashMap<>();

  /** How often something happened in its minute, apart from what was told at once. */
  public record Rest(String kind, long count) {}

  /** Guarded by the outer object. */
  private static final class Minute {
    final long began;
    long count;

    Minute(long began) {
      this.began = began;
    }
  }

  /**
   * @param first how many of a kind are told in a minute
   * @param kinds how many kinds are kept apart
   */
  public Repeats(int first, int kinds) {
    this.first = first;
    this.kinds = kinds;
  }

  /** Counts one more; returns whether it is among the first few of its minute, to be told now. */
  public synchronized boolean isTold(String kind, long now) {
    Minute minute = minutes.get(kind);
    if (minute == null) {
      String kept = minutes.size() < kinds ? kind : OTHERS;
      minute = minutes.computeIfAbsent(kept, fresh -> new Minute(now));
    }
    return ++minute.count <= first;
  }

  /** Ends the minutes that have passed, and returns those in which more happened than was told. */
  public List<Rest> over(long now) {
    return end(now, false);
  }

  /** Ends all minutes, passed or not. */
  public List<Rest> end(long now) {
    return end(now, true);
  }

  private synchronized List<Rest> end(long now, boolean all) {
    List<Rest> rests = new ArrayList<>();
    for (Iterator<Map.Entry<String, Minute>> i = minutes.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, Minute> entry = i.next();
      Minute minute = entry.getValue();
      if (all || now - minute.began >= MINUTE) {
        i.remove();
        if (minute.count > first) {
          rests.add(new Rest(entry.getKey(), minute.count - first));
        }
      }
    }
    return rests;
  }
}
