package io.heartline.engine;

import io.heartline.model.ChannelName;
import io.heartline.model.CloseStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All nodes as one: what is asked about lines here is answered for the lines of every node. Without
 * other nodes it answers at once.
 */
public final class Cluster {
  private static final Logger LOG = System.getLogger(Cluster.class.getName());

  /** The most lines that a node describes; all are counted. */
  public static final int MAX_LINES = 100;

  /** How many characters of names an answer may have: far less than the bus can carry. */
  private static final int MOST_CHARS = 64 * 1024;

  private final Engine engine;
  private final Bus bus;
  private final Function<String, ? extends Collection<Line>> sessions;
  private final Questions<NodeMessage.Answer> questions;
  private final AtomicLong strange = new AtomicLong();

  /** Null if there are no other nodes, and so nothing that has to be seen. */
  private final @Nullable Sight sight;

  /** Null if there are no other nodes, or nobody wants to know. */
  private volatile @Nullable WhoIsHere whoIsHere;

  /**
   * A line, as it is told to others.
   *
   * @param sinceMillis when it was opened, in milliseconds since 1970
   */
  public record Seen(String line, String door, String address, long sinceMillis) {}

  /**
   * What was closed.
   *
   * @param lines how many, on all nodes that answered
   */
  public record Closed(int lines, Coverage coverage) {}

  /**
   * What was found.
   *
   * @param count how many lines, on all nodes that answered
   * @param lines some of them
   * @param expiresAtMillis when the last of their identities ends, in milliseconds since 1970; 0 if
   *     there is no line
   */
  public record Found(int count, List<Seen> lines, long expiresAtMillis, Coverage coverage) {}

  /** A node without others. */
  public Cluster(Engine engine, Function<String, ? extends Collection<Line>> sessions) {
    this(engine, Bus.alone(engine.node()), sessions, () -> true);
  }

  /**
   * @param sessions returns this node's lines that were opened under an HTTP session, by its id
   * @param sees whether what the nodes share can be used now
   */
  public Cluster(
      Engine engine,
      Bus bus,
      Function<String, ? extends Collection<Line>> sessions,
      BooleanSupplier sees) {
    this.engine = engine;
    this.bus = bus;
    this.sessions = sessions;
    questions = new Questions<>(bus, engine.timers(), engine::nanos);
    if (bus.isAlone()) {
      sight = null;
      return;
    }
    Sight seen = new Sight(
        engine,
        () -> sees.getAsBoolean() && bus.isLeased(),
        engine::isSureOfSeats,
        this::checkBlocks);
    sight = seen;
    engine.cutOff(seen::isCutOff);
    bus.onMessage(this::heard);
    bus.onDoubt(why -> seen.doubt());
    seen.start();
  }

  /**
   * Returns whether this node can do its part: it sees what it shares with the others and has
   * checked what it may have missed. Always true if it shares nothing.
   */
  public boolean ready() {
    return sight == null || (sight.ready() && engine.problem().isEmpty());
  }

  /** Returns whether this node sees what it shares with others; true if it shares nothing. */
  public boolean seesShared() {
    return sight == null || sight.seen();
  }

  /** Returns since when, in milliseconds since 1970; 0 if it shares nothing. */
  public long seesSharedSinceMillis() {
    return sight == null ? 0 : sight.sinceMillis();
  }

  /** Returns whether there can be other nodes. */
  public boolean isShared() {
    return sight != null;
  }

  /** Closes the lines of those who were blocked on another node that could not tell us. */
  private CompletionStage<?> checkBlocks(boolean all) {
    return engine
        .blocks()
        .missed(all)
        .thenAccept(blocks -> blocks.forEach((whom, block) -> {
          if (block.holds(engine.epochMillis())) {
            closeHere(new Target.Known(whom), block.status());
          }
        }));
  }

  /** Returns how many nodes live, as far as this one knows. */
  public int nodes() {
    return bus.nodes().size();
  }

  /** Returns how many messages of other nodes were not understood. */
  public long strange() {
    return strange.get();
  }

  /** Closes lines, on all nodes; never fails. */
  public CompletionStage<Closed> close(Target target, CloseStatus status) {
    int here = closeHere(target, status);
    return questions
        .askAll(number -> NodeMessageText.write(new NodeMessage.Close(number, target, status)))
        .thenApply(answers -> {
          int lines = here;
          for (NodeMessage.Answer answer : answers.given().values()) {
            lines += answer instanceof NodeMessage.Closed closed ? closed.lines() : 0;
          }
          return new Closed(lines, answers.coverage());
        });
  }

  /** Finds lines, on all nodes; never fails. */
  public CompletionStage<Found> find(Target target) {
    NodeMessage.Found here = findHere(0, target);
    return questions
        .askAll(number -> NodeMessageText.write(new NodeMessage.Find(number, target)))
        .thenApply(answers -> {
          int count = here.count();
          long expires = here.expiresAtMillis();
          List<Seen> lines = new ArrayList<>(here.lines());
          for (NodeMessage.Answer answer : answers.given().values()) {
            if (answer instanceof NodeMessage.Found found) {
              count += found.count();
              expires = Math.max(expires, found.expiresAtMillis());
              lines.addAll(found.lines());
            }
          }
          return new Found(
              count, lines.stream().limit(MAX_LINES).toList(), expires, answers.coverage());
        });
  }

  /**
   * Begins to keep who is in channels, on all nodes. Called at most once, before the first line
   * opens.
   *
   * @param kept for which channels; the same on all nodes
   * @param away how long a user may be away without leaving
   */
  public void keepPresence(Predicate<ChannelName> kept, Duration away) {
    if (bus.isAlone()) {
      engine.keepPresence(kept, away);
      return;
    }
    Telling telling = Telling.shared(engine, away);
    SharedRoster nodes = new SharedRoster(engine, bus, kept, telling);
    Presence presence = new Presence(kept, telling, nodes);
    engine.keepPresence(presence);
    whoIsHere = new WhoIsHere(engine, bus.node(), presence, nodes, questions);
    nodes.start();
  }

  /**
   * Returns who is in a channel: nobody if it is not kept.
   *
   * @return fails with {@link Store.Unavailable} if that cannot be said now
   */
  public CompletionStage<Here> here(ChannelName channel) {
    WhoIsHere asked = whoIsHere;
    return asked == null ? engine.here(channel) : asked.in(channel);
  }

  private void heard(String from, String text) {
    if (!text.startsWith(NodeMessageText.WORD)) {
      return;
    }
    NodeMessage message = NodeMessageText.read(text).orElse(null);
    if (message == null) {
      if (strange.getAndIncrement() == 0) {
        LOG.log(
            Level.WARNING, "node {0} says what is not understood; is it another version?", from);
      }
    } else if (message instanceof NodeMessage.Answer answer) {
      questions.answered(from, answer.ask(), answer);
    } else if (message instanceof NodeMessage.Attendances told) {
      WhoIsHere asked = whoIsHere;
      if (asked != null) {
        asked.heard(from, told);
      }
    } else if (message instanceof NodeMessage.Question question) {
      // on a thread of the engine's own: it may have to look at all lines
      engine.pool().ready(mayBlock -> answer(from, question));
    }
  }

  private void answer(String from, NodeMessage.Question question) {
    if (question instanceof NodeMessage.Close close) {
      int lines = closeHere(close.target(), close.status());
      send(from, new NodeMessage.Closed(close.ask(), lines));
    } else if (question instanceof NodeMessage.Find find) {
      send(from, findHere(find.ask(), find.target()));
    } else if (question instanceof NodeMessage.Who who) {
      WhoIsHere asked = whoIsHere;
      CompletionStage<@Nullable Here> here =
          asked == null ? CompletableFuture.completedFuture(null) : asked.toldHere(who.channel());
      here.whenComplete((told, failure) ->
          send(from, new NodeMessage.Told(who.ask(), told == null ? null : some(told))));
    }
  }

  /** Returns it with no more names than a message can carry. */
  private static Here some(Here here) {
    int chars = 0;
    int count = 0;
    while (count < here.users().size() && chars < MOST_CHARS) {
      chars += here.users().get(count++).id().length() + 4;
    }
    return new Here(here.users().subList(0, count), here.count(), here.position(), here.coverage());
  }

  private void send(String to, NodeMessage message) {
    bus.send(to, NodeMessageText.write(message));
  }

  private int closeHere(Target target, CloseStatus status) {
    Collection<Line> open = lines(target);
    open.forEach(line -> line.close(status));
    return open.size();
  }

  private NodeMessage.Found findHere(long ask, Target target) {
    Collection<Line> open = lines(target);
    List<Seen> seen = open.stream().limit(MAX_LINES).map(this::seen).toList();
    long expires =
        open.stream().mapToLong(line -> line.identity().expiresAtMillis()).max().orElse(0);
    return new NodeMessage.Found(ask, open.size(), expires, seen);
  }

  private Seen seen(Line line) {
    return new Seen(line.id(), line.door().name(), line.address(), engine.openedMillis(line));
  }

  private Collection<Line> lines(Target target) {
    if (target instanceof Target.Known known) {
      return known.whom() instanceof Blocks.Whom.OneUser one
          ? engine.linesOf(one.user())
          : engine.linesOfToken(((Blocks.Whom.Token) known.whom()).id());
    }
    if (target instanceof Target.Session session) {
      return sessions.apply(session.id());
    }
    return engine.line(((Target.OneLine) target).id()).map(List::of).orElse(List.of());
  }
}
