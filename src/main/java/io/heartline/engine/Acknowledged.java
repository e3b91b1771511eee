package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.User;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Up to where clients have acknowledged what they read, so that they resume there when they come
 * back. Kept in memory, for as many subscriptions as fit; those not heard of for longest are
 * forgotten. Thread-safe.
 */
final class Acknowledged {
  private final Map<Key, Place> places;

  /**
   * A subscription, on whichever line.
   *
   * @param user null for the subscriptions of one line of nobody we know
   * @param client the name that the client gives itself; null if it gives none
   */
  record Key(@Nullable User user, @Nullable String client, ChannelName channel, String id) {}

  /** Guarded by the outer object. */
  private static final class Place {
    /** The newest line with this subscription. */
    String line;

    /** Null if two lines have it at the same time, so that nobody can say whose place it is. */
    @Nullable
    Position at;

    Place(String line, Position at) {
      this.line = line;
      this.at = at;
    }
  }

  Acknowledged(int max) {
    places = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Key, Place> eldest) {
        return size() > max;
      }
    };
  }

  /** A line takes a subscription over. Returns where it resumes; null if that is not known. */
  synchronized @Nullable Position takeOver(Key key, String line) {
    Place place = places.get(key);
    if (place == null) {
      return null;
    }
    place.line = line;
    return place.at;
  }

  /** The line's reading has begun here. */
  synchronized void begun(Key key, String line, Position start) {
    Place place = places.get(key);
    if (place == null) {
      places.put(key, new Place(line, start));
    } else if (place.at != null) {
      place.line = line;
      place.at = start;
    }
  }

  /**
   * The line's client has acknowledged all up to a position. If another line has taken over since
   * then and the client has no name of its own, there are two of them, which must not move each
   * other's place.
   */
  synchronized void moved(Key key, String line, Position to) {
    Place place = places.get(key);
    if (place == null) {
      places.put(key, new Place(line, to));
    } else if (place.line.equals(line)) {
      place.at = place.at == null ? null : to;
    } else if (key.client() == null) {
      place.at = null;
    }
  }

  synchronized int size() {
    return places.size();
  }
}
