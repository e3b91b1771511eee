package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.model.ChannelName;
import io.heartline.model.Nanos;
import io.heartline.model.User;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what on all nodes. This node tells the others what changes on it, and hears what
 * changes on them, so that all of them know it. One of them publishes it. Whenever another one
 * takes over, or messages may have been missed, all users are named again.
 */
final class SharedRoster {
  /** How often a node says that it lives, and looks which others do. */
  private static final Duration PULSE = Duration.ofSeconds(5);

  /** Changes are collected for so long, so that one message carries many. */
  private static final Duration COLLECTED = Duration.ofMillis(20);

  /** When to name all again: once the answers of others are there, and once all nodes know. */
  private static final List<Duration> RETOLD =
      List.of(Duration.ofSeconds(2), PULSE.multipliedBy(2));

  private final Engine engine;
  private final Bus bus;
  private final Predicate<ChannelName> kept;

  /** What is heard is passed on to it under the lock, so that it comes in order. */
  private final Telling telling;

  @GuardedBy("this")
  private final Roster roster = new Roster();

  /** The node that publishes it, as far as this one knows; null before it was first looked up. */
  @GuardedBy("this")
  private @Nullable String leads;

  /** What has changed here will be told to the other nodes. */
  @GuardedBy("this")
  private boolean collecting;

  /** @param kept for which channels it is kept */
  SharedRoster(Engine engine, Bus bus, Predicate<ChannelName> kept, Telling telling) {
    this.engine = engine;
    this.bus = bus;
    this.kept = kept;
    this.telling = telling;
  }

  void start() {
    bus.onDoubt(why -> {
      synchronized (this) {
        roster.doubt();
      }
      after(Duration.ZERO, this::doubted);
    });
    after(Duration.ZERO, this::pulse);
  }

  private void after(Duration time, Runnable task) {
    engine.timers().at(engine.nanos() + Nanos.of(time), task);
  }

  /** Returns the node that publishes, or has to; it may be this one. */
  synchronized String leader() {
    return roster.leader(bus.node(), telling.isSettled(), bus.nodes());
  }

  /** Returns whether this node publishes, and surely still does. */
  boolean leads() {
    return telling.isLeading() && isTrue();
  }

  /** Returns whether this node publishes, as far as it knows, and knows who is here. */
  private boolean tells() {
    return telling.isLeading() && telling.isSettled();
  }

  /**
   * Returns whether this node knows who is here, but for what {@link #coverage} says: it has been
   * running for long enough, and hears the others.
   */
  boolean isTrue() {
    return telling.isSettled() && bus.isLeased() && bus.isAwake() && !engine.isCutOff();
  }

  /**
   * Returns of which of the living nodes it is known who is there.
   *
   * @param silent a node that did not answer; null if there is none
   */
  synchronized Coverage coverage(@Nullable String silent) {
    Set<String> missing = new TreeSet<>(roster.unsure(bus.node(), bus.nodes()));
    if (silent != null) {
      missing.add(silent);
    }
    return new Coverage(missing.isEmpty(), missing);
  }

  /**
   * Looks which nodes live, and whether this one has to publish now. Completed when that is done,
   * also if nobody can say who lives.
   */
  CompletionStage<Boolean> look() {
    return bus.look().handle((living, failure) -> {
      lead();
      return living != null;
    });
  }

  /** Somebody watches a channel here, so it must have been told once. */
  void watched(ChannelName channel) {
    String leader = leader();
    if (leader.equals(bus.node())) {
      telling.tell(channel);
    } else {
      telling.watched(channel); // so that each node that will publish hears that it is watched
      bus.send(leader, NodeMessageText.write(new NodeMessage.Watched(channel)));
    }
  }

  /**
   * Somebody here was answered who is in a channel, by this node, which does not publish. What it
   * knows may differ from what was told, so all must be named again.
   */
  void answered(ChannelName channel) {
    sendAll(new NodeMessage.Answered(channel));
  }

  /** A user reads a channel on this node by one line more, or one less. The others hear it soon. */
  synchronized void changed(ChannelName channel, User user, boolean came) {
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
    bus.sendAll(NodeMessageText.write(message));
  }

  /** Tells that this node lives, and looks which others do. */
  private void pulse() {
    after(PULSE, this::pulse);
    List<ChannelName> changed;
    synchronized (this) {
      changed = apply(roster.forget(bus.nodes(), engine.nanos()));
    }
    pulseOnce();
    changed.forEach(telling::tell);
    lead();
    telling.compare();
  }

  private void pulseOnce() {
    NodeMessage.Pulse pulse;
    synchronized (this) {
      pulse = new NodeMessage.Pulse(roster.number(), telling.isSettled(), tells());
    }
    sendAll(pulse);
  }

  /** Messages may have been missed. */
  private void doubted() {
    sendAll(new NodeMessage.Tell());
    pulseOnce();
    RETOLD.forEach(later -> after(later, telling::retell));
  }

  /** Another node has told something. */
  void heard(String from, NodeMessage.Attendances told) {
    if (told instanceof NodeMessage.Tell) {
      List<NodeMessage.All> all;
      synchronized (this) {
        all = roster.all();
      }
      all.forEach(part -> bus.send(from, NodeMessageText.write(part)));
    } else if (told instanceof NodeMessage.Watched watched) {
      if (kept.test(watched.channel()) && tells()) {
        telling.tell(watched.channel());
      }
    } else if (told instanceof NodeMessage.Answered answered) {
      if (kept.test(answered.channel())) {
        telling.retell(answered.channel());
      }
    } else {
      heardReaders(from, told);
    }
  }

  private void heardReaders(String from, NodeMessage.Attendances told) {
    List<ChannelName> changed;
    boolean ask;
    boolean conflict;
    synchronized (this) {
      Roster.Heard heard = roster(from, told);
      changed = apply(heard.changes());
      ask = heard.ask();
      conflict = telling.isLeading() && told instanceof NodeMessage.Pulse pulse && pulse.leads();
    }
    if (ask) {
      bus.send(from, NodeMessageText.write(new NodeMessage.Tell()));
    }
    changed.forEach(telling::tell);
    lead();
    if (conflict) { // what it has told may have undone what this node told
      after(RETOLD.get(1), telling::retell);
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
        telling.came(change.channel(), change.user());
      } else {
        telling.left(change.channel(), change.user());
      }
    }
    return changes.stream().map(NodeMessage.Change::channel).distinct().toList();
  }

  /** Finds out anew whether this node publishes. If it begins to, it names all. */
  private void lead() {
    boolean begins;
    boolean another;
    synchronized (this) {
      String leader = leader();
      another = !leader.equals(leads);
      leads = leader;
      begins = telling.lead(bus.isLeased() && leader.equals(bus.node()));
    }
    if (begins) {
      telling.retell();
      after(RETOLD.get(1), telling::retell); // the one before may have told something meanwhile
    }
    if (another) { // it may be new, and not know of channels that only nodes knew that are gone
      after(Duration.ZERO, this::remind);
      RETOLD.forEach(later -> after(later, this::remind)); // it may not know yet that it publishes
      after(Roster.LEASE, this::remind);
    }
  }

  /** Tells the node that publishes which channels somebody may watch here. */
  private void remind() {
    String leader = leader();
    if (!leader.equals(bus.node())) {
      for (ChannelName channel : telling.channels()) {
        bus.send(leader, NodeMessageText.write(new NodeMessage.Watched(channel)));
      }
    }
  }
}
