package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.log.Start;
import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import io.heartline.model.Nanos;
import io.heartline.model.Position;
import io.heartline.model.User;
import io.heartline.protocol.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a channel: the users of the lines that read it. Who comes and who goes is published in
 * the channel {@code <name>#presence}, so it has positions, history and gaps like everything else.
 *
 * <p>A user who leaves is told of only after a while, so that a reconnect, a reload and a newer
 * line that takes over are no change. What is published follows who is here, one publication at a
 * time: while nothing can be published, changes are not lost, only late.
 *
 * <p>A start forgets who was here. So the first publication in each channel after a start names all
 * users. It waits until those from before have had the time to come back.
 *
 * <p>Several nodes all know who reads what on each of them, and one of them publishes. Whenever
 * another one takes over, or messages may have been missed, all users are named again.
 */
final class Presence implements LineEvents {
  /** How many users are named at a time; the count is always that of all. */
  static final int MAX_NAMED = 1_000;

  private static final int CROWDED = 10_000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  /** How often a node says that it lives, and looks which others do. */
  private static final Duration PULSE = Duration.ofSeconds(5);

  /** How many channels are compared with what was published, at each pulse. */
  private static final int COMPARED = 100;

  /** Changes are collected for so long, so that one message carries many. */
  private static final Duration COLLECTED = Duration.ofMillis(20);

  /** When to name all again: once the answers of others are there, and once all nodes know. */
  private static final List<Duration> RETOLD =
      List.of(Duration.ofSeconds(2), PULSE.multipliedBy(2));

  private final Engine engine;

  /** Null if there are no other nodes. */
  private final @Nullable Bus bus;

  private final Predicate<ChannelName> kept;
  private final long awayNanos;

  /** From then on all that were here before a start have come back, or have left. */
  private final long settledAt;

  @GuardedBy("this")
  private final Map<ChannelName, Attendance> channels = new HashMap<>();

  @GuardedBy("this")
  private final Roster roster = new Roster();

  /** This node publishes who comes and who goes. */
  @GuardedBy("this")
  private boolean leading;

  /** Which channels are compared next. */
  @GuardedBy("this")
  private Iterator<ChannelName> compared = Collections.emptyIterator();

  /** The node that publishes it, as far as this one knows; null before it was first looked up. */
  @GuardedBy("this")
  private @Nullable String leads;

  /** What has changed here will be told to the other nodes. */
  @GuardedBy("this")
  private boolean collecting;

  /** How many channels may be known before those without anybody are forgotten. */
  @GuardedBy("this")
  private int crowded = CROWDED;

  /** What each open line reads of the channels that are kept, as often as it does. */
  @GuardedBy("this")
  private final Map<Line, Map<ChannelName, Integer>> lines = new HashMap<>();

  /**
   * @param kept for which channels it is kept
   * @param away how long a user may be away without leaving
   * @param bus to the other nodes; null if there are none
   */
  Presence(Engine engine, Predicate<ChannelName> kept, Duration away, @Nullable Bus bus) {
    this.engine = engine;
    this.kept = kept;
    this.bus = bus;
    awayNanos = Nanos.of(away);
    settledAt = engine.nanos() + Math.max(awayNanos, bus == null ? 0 : Nanos.of(Roster.LEASE));
    leading = bus == null;
    if (bus != null) {
      bus.onDoubt(why -> after(Duration.ZERO, this::doubted));
      after(Duration.ZERO, this::pulse);
    }
  }

  private void after(Duration time, Runnable task) {
    engine.timers().at(engine.nanos() + Nanos.of(time), task);
  }

  /**
   * Returns the node to be asked for who is in a channel; null if it is this one, which may still
   * not know.
   */
  synchronized @Nullable String teller() {
    if (bus == null) {
      return null;
    }
    String leader = leader(bus);
    return leader.equals(bus.node()) ? null : leader;
  }

  /** Returns whether this node can say now who is in a channel. */
  synchronized boolean tells() {
    return leading && (bus == null || isSettled());
  }

  /** Returns who is in a channel, as this node has last told it. */
  CompletionStage<Here> here(ChannelName channel) {
    ChannelName where = channel.presence();
    if (where == null || !kept.test(channel)) {
      return CompletableFuture.completedFuture(Here.NOBODY);
    }
    synchronized (this) {
      Attendance attendance = channels.get(channel);
      Here told = attendance == null ? null : attendance.toldOf(MAX_NAMED);
      if (told != null) {
        return CompletableFuture.completedFuture(told);
      }
    }
    return engine.head(where).thenApply(head -> new Here(List.of(), 0, head));
  }

  @Override
  public void subscribed(Line line, Subscription subscription, Start start) {
    ChannelName channel = subscription.channel();
    ChannelName watched = channel.watched();
    if (watched != null) {
      if (kept.test(watched)) { // after a start, a watcher must not believe what was told before it
        String teller = teller();
        if (teller == null || bus == null) {
          tell(watched);
        } else {
          synchronized (this) {
            attendance(watched); // so that each node that will publish hears that it is watched
          }
          bus.send(teller, NodeMessageText.write(new NodeMessage.Watched(watched)));
        }
      }
      return;
    }
    User user = line.user();
    if (user == null || channel.presence() == null || !kept.test(channel)) {
      return;
    }
    synchronized (this) {
      Map<ChannelName, Integer> reads = lines.computeIfAbsent(line, absent -> new HashMap<>(4));
      if (reads.merge(channel, 1, Integer::sum) == 1) {
        attendance(channel).came(user);
        changed(channel, user, true);
      }
    }
    tell(channel);
    if (line.isGone()) { // and was so before it was counted
      closed(line);
    }
  }

  @Override
  public synchronized void unsubscribed(Line line, Subscription subscription) {
    ChannelName channel = subscription.channel();
    Map<ChannelName, Integer> reads = lines.get(line);
    User user = line.user();
    if (reads == null || user == null || !reads.containsKey(channel)) {
      return;
    }
    if (reads.merge(channel, -1, Integer::sum) == 0) {
      reads.remove(channel);
      left(channel, user);
      changed(channel, user, false);
    }
    if (reads.isEmpty()) {
      lines.remove(line);
    }
  }

  @Override
  public void closed(Line line, int code, @Nullable CloseStatus status, String reason) {
    closed(line);
  }

  private synchronized void closed(Line line) {
    Map<ChannelName, Integer> reads = lines.remove(line);
    User user = line.user();
    if (reads != null && user != null) {
      reads.keySet().forEach(channel -> {
        left(channel, user);
        changed(channel, user, false);
      });
    }
  }

  @GuardedBy("this")
  private void left(ChannelName channel, User user) {
    Attendance attendance = attendance(channel);
    if (attendance.left(user)) {
      long due = engine.nanos() + awayNanos;
      attendance.away(user, engine.timers().at(due, () -> gone(channel, user)));
    }
  }

  private void gone(ChannelName channel, User user) {
    synchronized (this) {
      attendance(channel).gone(user);
    }
    tell(channel);
  }

  @GuardedBy("this")
  private Attendance attendance(ChannelName channel) {
    if (channels.size() >= crowded && !channels.containsKey(channel)) {
      channels.values().removeIf(Attendance::isEmpty);
      crowded = Math.max(CROWDED, 2 * channels.size());
    }
    return channels.computeIfAbsent(channel, absent -> new Attendance());
  }

  /** Publishes what must be told of a channel, unless that is under way. */
  private void tell(ChannelName channel) {
    Attendance.News news;
    boolean waits;
    synchronized (this) {
      Attendance attendance = attendance(channel);
      if (!leading) {
        attendance.untell();
        return;
      }
      if (attendance.isTelling()) {
        return;
      }
      waits = !attendance.isToldOf() && settledAt - engine.nanos() > 0;
      news = attendance.news(MAX_NAMED);
      if (news == null) {
        return;
      }
      attendance.telling(true);
    }
    if (waits) {
      engine.timers().at(settledAt, () -> again(channel));
    } else {
      publish(channel, news);
    }
  }

  private void publish(ChannelName channel, Attendance.News news) {
    ChannelName where = Objects.requireNonNull(channel.presence(), "no such channel is kept");
    engine.publish(List.of(new Draft(where, news.json()))).whenComplete((positions, failure) -> {
      if (positions == null) { // the store says by itself why
        long due = engine.nanos() + Nanos.of(AGAIN);
        engine.timers().at(due, () -> again(channel));
        return;
      }
      synchronized (this) {
        attendance(channel).told(news, positions.get(0));
      }
      again(channel);
    });
  }

  private void again(ChannelName channel) {
    synchronized (this) {
      attendance(channel).telling(false);
    }
    tell(channel);
  }

  /** Returns how many users are in channels, each counted once for each channel. */
  synchronized int size() {
    return channels.values().stream().mapToInt(Attendance::readers).sum();
  }

  /** Returns how many lines are counted. */
  synchronized int lines() {
    return lines.size();
  }

  /** The other nodes must hear of it, soon. */
  @GuardedBy("this")
  private void changed(ChannelName channel, User user, boolean came) {
    if (bus == null) {
      return;
    }
    if (came) {
      roster.came(channel, user);
    } else {
      roster.left(channel, user);
    }
    if (!collecting) {
      collecting = true;
      after(COLLECTED, this::tellOthers);
    }
  }

  private void tellOthers() {
    while (true) {
      NodeMessage.Changed news;
      synchronized (this) {
        news = roster.news();
        if (news == null) {
          collecting = false;
          return;
        }
      }
      sendAll(news);
    }
  }

  private void sendAll(NodeMessage message) {
    if (bus != null) {
      bus.sendAll(NodeMessageText.write(message));
    }
  }

  /** Tells that this node lives, and looks which others do. */
  private void pulse() {
    after(PULSE, this::pulse);
    if (bus == null) {
      return;
    }
    List<ChannelName> changed;
    synchronized (this) {
      changed = apply(roster.forget(bus.nodes(), engine.nanos()));
    }
    pulseOnce();
    changed.forEach(this::tell);
    lead();
    compare();
  }

  /**
   * Looks whether another node has told something after this one, as one may that does not know yet
   * that it no longer publishes. Then all are named again. A few channels at a time.
   */
  private void compare() {
    List<ChannelName> some = new ArrayList<>();
    synchronized (this) {
      if (!leading) {
        return;
      }
      if (!compared.hasNext()) {
        compared = List.copyOf(channels.keySet()).iterator();
      }
      while (some.size() < COMPARED && compared.hasNext()) {
        some.add(compared.next());
      }
    }
    for (ChannelName channel : some) {
      ChannelName where = channel.presence();
      if (where != null) {
        engine.head(where).thenAccept(head -> compared(channel, head));
      }
    }
  }

  private void compared(ChannelName channel, Position head) {
    synchronized (this) {
      Attendance attendance = channels.get(channel);
      Here told = attendance == null ? null : attendance.toldOf(0);
      if (!leading || attendance == null || told == null || attendance.isTelling()) {
        return;
      }
      Position at = told.position();
      boolean last = at != null && at.epoch().equals(head.epoch()) && head.offset() <= at.offset();
      if (last) {
        return;
      }
      attendance.retell();
    }
    tell(channel);
  }

  private boolean isSettled() {
    return settledAt - engine.nanos() <= 0;
  }

  /** Messages may have been missed. */
  private void doubted() {
    sendAll(new NodeMessage.Tell());
    pulseOnce();
    RETOLD.forEach(later -> after(later, this::retell));
  }

  private void pulseOnce() {
    NodeMessage.Pulse pulse;
    synchronized (this) {
      pulse = new NodeMessage.Pulse(roster.number(), isSettled(), tells());
    }
    sendAll(pulse);
  }

  /** Another node has told something. */
  void heard(String from, NodeMessage.Attendances told) {
    if (bus == null) {
      return;
    }
    if (told instanceof NodeMessage.Tell) {
      List<NodeMessage.All> all;
      synchronized (this) {
        all = roster.all();
      }
      all.forEach(part -> bus.send(from, NodeMessageText.write(part)));
      return;
    }
    if (told instanceof NodeMessage.Watched watched) {
      if (kept.test(watched.channel()) && tells()) {
        tell(watched.channel());
      }
      return;
    }
    List<ChannelName> changed;
    boolean ask;
    boolean conflict;
    synchronized (this) {
      Roster.Heard heard = roster(from, told);
      changed = apply(heard.changes());
      ask = heard.ask();
      conflict = leading && told instanceof NodeMessage.Pulse pulse && pulse.leads();
    }
    if (ask) {
      bus.send(from, NodeMessageText.write(new NodeMessage.Tell()));
    }
    changed.forEach(this::tell);
    lead();
    if (conflict) { // what it has told may have undone what this node told
      after(RETOLD.get(1), this::retell);
    }
  }

  @GuardedBy("this")
  private Roster.Heard roster(String from, NodeMessage.Attendances told) {
    long now = engine.nanos();
    if (told instanceof NodeMessage.Pulse pulse) {
      return roster.heard(from, pulse, now);
    }
    return told instanceof NodeMessage.Changed changed
        ? roster.heard(from, changed, now)
        : roster.heard(from, (NodeMessage.All) told, now);
  }

  /** What other nodes have told counts like one line more, or one less. */
  @GuardedBy("this")
  private List<ChannelName> apply(List<NodeMessage.Change> changes) {
    for (NodeMessage.Change change : changes) {
      if (change.reads()) {
        attendance(change.channel()).came(change.user());
      } else {
        left(change.channel(), change.user());
      }
    }
    return changes.stream().map(NodeMessage.Change::channel).distinct().toList();
  }

  @GuardedBy("this")
  private String leader(Bus bus) {
    return roster.leader(bus.node(), isSettled(), bus.nodes());
  }

  /** Finds out anew whether this node publishes. If it begins to, it names all. */
  private void lead() {
    boolean begins;
    boolean another;
    synchronized (this) {
      if (bus == null) {
        return;
      }
      String leader = leader(bus);
      boolean now = bus.isLeased() && leader.equals(bus.node());
      another = !leader.equals(leads);
      leads = leader;
      begins = now && !leading;
      if (!now && leading) {
        channels.values().forEach(Attendance::untell);
      }
      leading = now;
    }
    if (begins) {
      retell();
      after(RETOLD.get(1), this::retell); // the node before may have told something meanwhile
    }
    if (another) { // it may be new, and not know of channels that only nodes knew that are gone
      after(Duration.ZERO, this::remind);
      RETOLD.forEach(later -> after(later, this::remind)); // it may not know yet that it publishes
      after(Roster.LEASE, this::remind);
    }
  }

  /** Tells the node that publishes which channels somebody may watch here. */
  private void remind() {
    List<ChannelName> all;
    String teller = teller();
    if (bus == null || teller == null) {
      return;
    }
    synchronized (this) {
      all = List.copyOf(channels.keySet());
    }
    for (ChannelName channel : all) {
      bus.send(teller, NodeMessageText.write(new NodeMessage.Watched(channel)));
    }
  }

  private void retell() {
    List<ChannelName> all;
    synchronized (this) {
      if (!leading) {
        return;
      }
      channels.values().forEach(Attendance::retell);
      all = List.copyOf(channels.keySet());
    }
    all.forEach(this::tell);
  }
}
