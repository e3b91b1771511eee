package io.heartline.engine;

import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who is in one channel, and what was told of it. Guarded by the {@link Telling} it belongs to. */
final class Attendance {
  /** The users whose lines read the channel, and how many of their lines do. */
  private final Map<User, Integer> reading = new LinkedHashMap<>();

  /** The users who read it no longer, but have not been away for long enough to have left. */
  private final Map<User, Timers.Timer> away = new HashMap<>();

  /** Those of whom it was told that they are here. */
  private final Set<User> told = new LinkedHashSet<>();

  /** Those for whom that may be wrong now. */
  private final Set<User> changed = new LinkedHashSet<>();

  /** Where it was last told; null until all were named since the start. */
  private @Nullable Position position;

  /** A publication is under way, or waits to be tried again. */
  private boolean telling;

  /** What is under way no longer says what must be told. */
  private boolean overtaken;

  /**
   * What is published: changes, or all who are here.
   *
   * @param all whether {@code came} are all; nobody else is here then, whatever was told before
   * @param count how many are here
   */
  record News(boolean all, List<User> came, List<User> left, int count) {
    String json() {
      return all
          ? "{\"here\":" + names(came) + ",\"count\":" + count + "}"
          : "{\"join\":" + names(came) + ",\"leave\":" + names(left) + ",\"count\":" + count + "}";
    }

    private static String names(List<User> users) {
      return users.stream()
          .map(user -> JsonText.quote(user.id()))
          .collect(Collectors.joining(",", "[", "]"));
    }
  }

  /** One more line of a user reads the channel. */
  void came(User user) {
    reading.merge(user, 1, Integer::sum);
    Timers.Timer leaving = away.remove(user);
    if (leaving != null) {
      leaving.cancel();
    }
    changed.add(user);
  }

  /**
   * One line of a user reads the channel no longer.
   *
   * @return whether it was the last one
   */
  boolean left(User user) {
    return reading.computeIfPresent(user, (same, lines) -> lines == 1 ? null : lines - 1) == null;
  }

  /** A user is away; {@code leaving} will say that it was for too long. */
  void away(User user, Timers.Timer leaving) {
    away.put(user, leaving);
  }

  /** A user has been away for too long, unless they are here again. */
  void gone(User user) {
    if (!reading.containsKey(user)) {
      away.remove(user);
      changed.add(user);
    }
  }

  /** Returns what must be told now, at most {@code most} names; null if there is nothing. */
  @Nullable
  News news(int most) {
    if (position == null) {
      List<User> here = first(here(), most);
      return new News(true, here, List.of(), count());
    }
    List<User> came = new ArrayList<>();
    List<User> left = new ArrayList<>();
    for (User user : changed) {
      if (came.size() + left.size() == most) {
        break;
      }
      if (isHere(user) != told.contains(user)) {
        (isHere(user) ? came : left).add(user);
      }
    }
    return came.isEmpty() && left.isEmpty() ? null : new News(false, came, left, count());
  }

  /** It was told. */
  void told(News news, Position at) {
    if (overtaken) {
      overtaken = false;
      return;
    }
    position = at;
    if (news.all) {
      told.clear();
    }
    told.addAll(news.came);
    news.left.forEach(told::remove);
    changed.removeIf(user -> isHere(user) == told.contains(user));
  }

  /** Another node tells it: what this one has told is of no account any more. */
  void untell() {
    position = null;
    told.clear();
    changed.clear();
    overtaken = telling;
  }

  /** All must be named again. */
  void retell() {
    untell();
    changed.addAll(here());
  }

  private boolean isHere(User user) {
    return reading.containsKey(user) || away.containsKey(user);
  }

  private Collection<User> here() {
    List<User> here = new ArrayList<>(reading.keySet());
    here.addAll(away.keySet());
    return here;
  }

  private int count() {
    return reading.size() + away.size();
  }

  /** Returns who is here as it was told, and where; null if it was not told yet. */
  @Nullable
  Here toldOf(int most) {
    return position == null ? null : new Here(first(told, most), told.size(), position);
  }

  /** Returns who is here now, told or not. */
  Here knownAt(Position head, int most) {
    return new Here(first(here(), most), count(), head);
  }

  private static List<User> first(Collection<User> users, int most) {
    return users.stream().limit(most).toList();
  }

  /** Returns how many users have lines that read it. */
  int readers() {
    return reading.size();
  }

  boolean isTelling() {
    return telling;
  }

  void telling(boolean now) {
    telling = now;
    overtaken = overtaken && now;
  }

  boolean isToldOf() {
    return position != null;
  }

  /** Returns whether it can be forgotten: nobody is here, and nobody was told to be. */
  boolean isEmpty() {
    return reading.isEmpty() && away.isEmpty() && told.isEmpty() && !telling;
  }
}
