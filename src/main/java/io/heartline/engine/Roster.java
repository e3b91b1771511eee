package io.heartline.engine;

import io.heartline.engine.NodeMessage.Change;
import io.heartline.engine.NodeMessage.Readers;
import io.heartline.model.ChannelName;
import io.heartline.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which users read which channels on which node. Each node tells the others what changes on it, in
 * numbered messages, and now and then how many there were. Whoever has missed one asks for all of
 * it. Guarded by the {@link SharedRoster} it belongs to.
 */
final class Roster {
  /** How long a node that no longer lives is believed to. */
  static final Duration LEASE = Duration.ofSeconds(15);

  /** How many characters of names one message may have: far less than the bus can carry. */
  private static final int MOST_CHARS = 64 * 1024;

  /** How long to wait for an answer before a node is asked again. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** How many lines of each user read a channel on this node. */
  private final Map<ChannelName, Map<User, Integer>> mine = new HashMap<>();

  /** What has changed on this node and was not told yet. */
  private List<Change> untold = new ArrayList<>();

  /** The number of the last message about changes on this node. */
  private long number;

  private final Map<String, Other> others = new TreeMap<>();

  /** What is known of another node. */
  private static final class Other {
    private final Map<ChannelName, Set<User>> reads = new HashMap<>();

    /** The last message that {@link #reads} contains; negative until all was told once. */
    private long number = -1;

    private boolean settled;

    /** Nothing is known to be missing of {@link #reads}. */
    private boolean sure;

    private long heardAt;
    private long askedAt;
    private boolean asked;

    /** The parts that have come of what is told in several; of one number at a time. */
    private final Map<Integer, List<Readers>> parts = new HashMap<>();

    private long partsNumber = -1;
  }

  /**
   * What follows from what another node has told.
   *
   * @param changes what is different now from what was known
   * @param ask whether the node must be asked for all
   */
  record Heard(List<Change> changes, boolean ask) {
    static final Heard NOTHING = new Heard(List.of(), false);
  }

  /** One more line on this node reads a channel. */
  void came(ChannelName channel, User user) {
    int lines =
        mine.computeIfAbsent(channel, absent -> new HashMap<>(4)).merge(user, 1, Integer::sum);
    if (lines == 1) {
      untold.add(new Change(channel, user, true));
    }
  }

  /** One line on this node reads a channel no longer. */
  void left(ChannelName channel, User user) {
    Map<User, Integer> readers = mine.get(channel);
    if (readers == null || !readers.containsKey(user)) {
      return;
    }
    if (readers.merge(user, -1, Integer::sum) == 0) {
      readers.remove(user);
      untold.add(new Change(channel, user, false));
      if (readers.isEmpty()) {
        mine.remove(channel);
      }
    }
  }

  /** Takes the next message about what has changed here; null if all of it was told. */
  NodeMessage.@Nullable Changed news() {
    if (untold.isEmpty()) {
      return null;
    }
    int chars = 0;
    int count = 0;
    while (count < untold.size() && chars < MOST_CHARS) {
      Change next = untold.get(count++);
      chars += next.channel().text().length() + next.user().id().length() + 16;
    }
    List<Change> told = List.copyOf(untold.subList(0, count));
    untold = new ArrayList<>(untold.subList(count, untold.size()));
    return new NodeMessage.Changed(++number, told);
  }

  /** Returns the number of the last message. */
  long number() {
    return number;
  }

  /** Returns all that is read here, in as many messages as it takes. */
  List<NodeMessage.All> all() {
    List<List<Readers>> parts = new ArrayList<>(List.of(new ArrayList<>()));
    int[] chars = {0};
    mine.forEach((channel, users) -> {
      List<User> some = new ArrayList<>();
      for (User user : users.keySet()) {
        some.add(user);
        chars[0] += user.id().length() + 8;
        if (chars[0] > MOST_CHARS) {
          parts.get(parts.size() - 1).add(new Readers(channel, List.copyOf(some)));
          parts.add(new ArrayList<>());
          some.clear();
          chars[0] = 0;
        }
      }
      if (!some.isEmpty()) {
        parts.get(parts.size() - 1).add(new Readers(channel, some));
        chars[0] += channel.text().length() + 8;
      }
    });
    // What is not told yet is contained, and does no harm when it is told again.
    List<NodeMessage.All> all = new ArrayList<>();
    for (List<Readers> part : parts) {
      all.add(new NodeMessage.All(number, all.size(), parts.size(), part));
    }
    return all;
  }

  /** Another node lives. */
  Heard heard(String node, NodeMessage.Pulse pulse, long now) {
    Other other = other(node, now);
    other.settled = pulse.settled();
    other.sure &= pulse.number() <= other.number;
    return new Heard(List.of(), !other.sure && mayAsk(other, now));
  }

  Heard heard(String node, NodeMessage.Changed changed, long now) {
    Other other = other(node, now);
    if (changed.number() <= other.number) {
      return Heard.NOTHING; // it came twice, or was overtaken
    }
    if (other.number < 0 || changed.number() > other.number + 1) {
      other.sure = false;
      return new Heard(List.of(), mayAsk(other, now));
    }
    other.number = changed.number();
    List<Change> changes = new ArrayList<>();
    for (Change change : changed.changes()) {
      if (apply(other, change)) {
        changes.add(change);
      }
    }
    return new Heard(changes, false);
  }

  Heard heard(String node, NodeMessage.All all, long now) {
    Other other = other(node, now);
    if (all.number() < other.number || all.number() < other.partsNumber) {
      return Heard.NOTHING;
    }
    if (all.number() > other.partsNumber) {
      other.parts.clear();
      other.partsNumber = all.number();
    }
    other.parts.put(all.part(), all.readers());
    if (other.parts.size() < all.parts()) {
      return Heard.NOTHING;
    }
    Map<ChannelName, Set<User>> reads = new HashMap<>();
    other
        .parts
        .values()
        .forEach(part -> part.forEach(some ->
            reads.computeIfAbsent(some.channel(), absent -> new HashSet<>()).addAll(some.users())));
    other.parts.clear();
    other.partsNumber = -1;
    other.number = all.number();
    other.sure = true;
    other.asked = false;
    return new Heard(become(other, reads), false);
  }

  /** Messages of all others may have been missed: each is to tell all of it. */
  void doubt() {
    others.values().forEach(other -> other.sure = false);
  }

  /**
   * Returns the nodes of which something may be missing.
   *
   * @param living the nodes that live; one that was never heard is one of them
   */
  Set<String> unsure(String me, Set<String> living) {
    return living.stream()
        .filter(node -> {
          Other other = others.get(node);
          return !node.equals(me) && (other == null || !other.sure);
        })
        .collect(Collectors.toSet());
  }

  private Other other(String node, long now) {
    Other other = others.computeIfAbsent(node, absent -> new Other());
    other.heardAt = now;
    return other;
  }

  private static boolean mayAsk(Other other, long now) {
    if (other.asked && now - other.askedAt < AGAIN.toNanos()) {
      return false;
    }
    other.asked = true;
    other.askedAt = now;
    return true;
  }

  /** Returns whether it was not so before. */
  private static boolean apply(Other other, Change change) {
    if (change.reads()) {
      return other
          .reads
          .computeIfAbsent(change.channel(), absent -> new HashSet<>())
          .add(change.user());
    }
    Set<User> users = other.reads.get(change.channel());
    if (users == null || !users.remove(change.user())) {
      return false;
    }
    if (users.isEmpty()) {
      other.reads.remove(change.channel());
    }
    return true;
  }

  /** Replaces what is read on another node; returns what is different. */
  private static List<Change> become(Other other, Map<ChannelName, Set<User>> reads) {
    List<Change> changes = new ArrayList<>();
    reads.forEach((channel, users) -> {
      Set<User> before = other.reads.getOrDefault(channel, Set.of());
      users.stream()
          .filter(user -> !before.contains(user))
          .forEach(user -> changes.add(new Change(channel, user, true)));
    });
    other.reads.forEach((channel, users) -> {
      Set<User> after = reads.getOrDefault(channel, Set.of());
      users.stream()
          .filter(user -> !after.contains(user))
          .forEach(user -> changes.add(new Change(channel, user, false)));
    });
    other.reads.clear();
    other.reads.putAll(reads);
    return changes;
  }

  /**
   * Forgets the nodes that are gone: they do not live, and were not heard for as long as a lease
   * lasts. So a node that has only just started is not forgotten.
   *
   * @return what is different now
   */
  List<Change> forget(Set<String> living, long now) {
    List<Change> changes = new ArrayList<>();
    others.entrySet().removeIf(entry -> {
      Other other = entry.getValue();
      boolean gone = !living.contains(entry.getKey()) && now - other.heardAt >= LEASE.toNanos();
      if (gone) {
        changes.addAll(become(other, Map.of()));
      }
      return gone;
    });
    return changes;
  }

  /**
   * Returns the node that publishes who comes and goes: the first by name of those that have been
   * running for long enough to know it; of all, if none has.
   *
   * @param living the nodes that live; one that was never heard does not count
   */
  String leader(String me, boolean settled, Set<String> living) {
    String first = me;
    boolean firstSettled = settled;
    for (Map.Entry<String, Other> entry : others.entrySet()) {
      boolean otherSettled = entry.getValue().settled;
      if (!living.contains(entry.getKey()) || (firstSettled && !otherSettled)) {
        continue;
      }
      if ((otherSettled && !firstSettled) || entry.getKey().compareTo(first) < 0) {
        first = entry.getKey();
        firstSettled = otherSettled;
      }
    }
    return first;
  }
}
