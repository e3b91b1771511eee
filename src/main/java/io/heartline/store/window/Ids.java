package io.heartline.store.window;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.Position;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids that publishers gave lately, with the position of each one's publication. */
public final class Ids {
  private static final Logger LOG = System.getLogger(Ids.class.getName());

  /**
   * One id that was taken.
   *
   * @param takenMicros when, in microseconds since 1970
   */
  public record Taken(IdKey key, Position position, long takenMicros) {}

  private final Bounds.IdBounds bounds;

  /** Oldest first. */
  @GuardedBy("this")
  private final Map<IdKey, Taken> taken = new LinkedHashMap<>();

  @GuardedBy("this")
  private boolean toldOfTooMany;

  Ids(Bounds.IdBounds bounds) {
    this.bounds = bounds;
  }

  /** Returns the position of the publication with this id; null if the id is free. */
  public synchronized @Nullable Position find(IdKey key, long epochMicros) {
    Taken found = taken.get(key);
    return found == null || old(found, epochMicros) ? null : found.position();
  }

  /** Remembers an id, and forgets ids that are too old or too many. */
  public synchronized void take(Taken id) {
    taken.remove(id.key()); // an expired one: the new one goes to the end
    taken.put(id.key(), id);
    trim(id.takenMicros());
  }

  synchronized void trim(long epochMicros) {
    Iterator<Taken> oldest = taken.values().iterator();
    while (oldest.hasNext()) {
      boolean old = old(oldest.next(), epochMicros);
      if (!old && taken.size() <= bounds.count()) {
        return;
      }
      if (!old && !toldOfTooMany) {
        toldOfTooMany = true;
        LOG.log(
            Level.WARNING,
            "more than {0} ids came within {1}: the oldest are forgotten early"
                + " (heartline.publish.ids)",
            String.valueOf(bounds.count()),
            bounds.age());
      }
      oldest.remove();
    }
  }

  /** Returns all, oldest first. */
  public synchronized List<Taken> all() {
    return new ArrayList<>(taken.values());
  }

  private boolean old(Taken id, long epochMicros) {
    return epochMicros - id.takenMicros() > bounds.age().toNanos() / 1000;
  }
}
