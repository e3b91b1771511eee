package io.heartline.engine;

import io.heartline.model.User;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The lines that are open on this node, by id and by user. Thread-safe. */
final class Lines {
  private final Map<String, Line> byId = new ConcurrentHashMap<>();

  /** The lines of each user who has any; a set is touched only while the map computes its entry. */
  private final Map<User, Set<Line>> byUser = new ConcurrentHashMap<>();

  void add(Line line) {
    byId.put(line.id(), line);
  }

  /** Forgets a line that is gone. */
  void remove(Line line) {
    byId.remove(line.id(), line);
  }

  /**
   * A line belongs to another user than before. For one line it is called for one change at a time.
   *
   * @param before null if it was nobody's
   * @param after null if it is nobody's now
   */
  void move(Line line, @Nullable User before, @Nullable User after) {
    if (before != null) {
      byUser.computeIfPresent(before, (user, lines) -> {
        lines.remove(line);
        return lines.isEmpty() ? null : lines;
      });
    }
    if (after != null) {
      byUser.compute(after, (user, present) -> {
        Set<Line> lines = present == null ? new HashSet<>(2) : present;
        lines.add(line);
        return lines;
      });
    }
  }

  /** Returns the line with an id, or null if it is not open here. */
  @Nullable
  Line find(String id) {
    return byId.get(id);
  }

  /** Returns the open lines of a user. */
  List<Line> of(User user) {
    List<Line> copy = new ArrayList<>();
    byUser.computeIfPresent(user, (same, lines) -> {
      copy.addAll(lines);
      return lines;
    });
    return copy;
  }

  /** Returns how many lines a user has open. */
  int count(User user) {
    int[] count = new int[1];
    byUser.computeIfPresent(user, (same, lines) -> {
      count[0] = lines.size();
      return lines;
    });
    return count[0];
  }

  /** Returns whether a user has a line open. */
  boolean has(User user) {
    return byUser.containsKey(user);
  }

  /** Returns all lines; those that come or go meanwhile may be among them or not. */
  Collection<Line> all() {
    return byId.values();
  }

  /** Returns how many lines are open; about, while some come or go. */
  int count() {
    return byId.size();
  }

  /** Returns how many users have a line open. */
  int users() {
    return byUser.size();
  }
}
