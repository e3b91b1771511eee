package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this node asks the others. It waits for the answers of those that live, but not for long.
 */
final class Questions {
  /** How long an answer may take. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Engine engine;
  private final Bus bus;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Asked> open = new ConcurrentHashMap<>();

  /**
   * What came back.
   *
   * @param given the answers, by node
   * @param coverage who did not answer
   */
  record Answers(Map<String, NodeMessage.Answer> given, Coverage coverage) {}

  Questions(Engine engine, Bus bus) {
    this.engine = engine;
    this.bus = bus;
  }

  /**
   * Asks all other nodes.
   *
   * @param question makes the question from its number
   * @return never fails, and answers after {@link #PATIENCE} at the latest
   */
  CompletionStage<Answers> askAll(LongFunction<NodeMessage.Question> question) {
    Asked asked = open();
    bus.look().whenComplete((nodes, failure) -> {
      asked.wants(nodes == null ? bus.nodes() : nodes, nodes != null);
      if (!asked.answers.isDone()) {
        bus.sendAll(NodeMessageText.write(question.apply(asked.number)));
      }
    });
    return asked.answers;
  }

  /** Asks one node, which must be another one. */
  CompletionStage<Answers> ask(String node, LongFunction<NodeMessage.Question> question) {
    Asked asked = open();
    asked.wants(Set.of(node), true);
    bus.send(node, NodeMessageText.write(question.apply(asked.number)));
    return asked.answers;
  }

  private Asked open() {
    Asked asked = new Asked(last.incrementAndGet());
    open.put(asked.number, asked);
    Timers.Timer timeout = engine.timers().at(engine.nanos() + PATIENCE.toNanos(), asked::tooLate);
    asked.answers.whenComplete((answers, failure) -> {
      timeout.cancel();
      open.remove(asked.number);
    });
    return asked;
  }

  /** An answer has come, maybe for the second time, or too late. */
  void answered(String from, NodeMessage.Answer answer) {
    Asked asked = open.get(answer.ask());
    if (asked != null) {
      asked.answered(from, answer);
    }
  }

  /** Returns how many questions wait for answers. */
  int waiting() {
    return open.size();
  }

  private final class Asked {
    private final long number;
    private final CompletableFuture<Answers> answers = new CompletableFuture<>();

    /** Who is to answer; null until that is known. */
    @GuardedBy("this")
    private @Nullable Set<String> wanted;

    /** Nobody else can be there. */
    @GuardedBy("this")
    private boolean sure;

    @GuardedBy("this")
    private final Map<String, NodeMessage.Answer> given = new HashMap<>();

    private Asked(long number) {
      this.number = number;
    }

    private void wants(Set<String> nodes, boolean sure) {
      synchronized (this) {
        Set<String> others = new HashSet<>(nodes);
        others.remove(bus.node());
        wanted = others;
        this.sure = sure;
      }
      completeIfDone();
    }

    private void answered(String from, NodeMessage.Answer answer) {
      synchronized (this) {
        given.putIfAbsent(from, answer);
      }
      completeIfDone();
    }

    private void completeIfDone() {
      Answers all;
      synchronized (this) {
        if (wanted == null || !given.keySet().containsAll(wanted)) {
          return;
        }
        all = all();
      }
      answers.complete(all);
    }

    private void tooLate() {
      Answers all;
      synchronized (this) {
        if (wanted == null) { // not even that was answered in time
          wanted = new HashSet<>(bus.nodes());
          wanted.remove(bus.node());
        }
        all = all();
      }
      answers.complete(all);
    }

    @GuardedBy("this")
    private Answers all() {
      Set<String> missing = new TreeSet<>(wanted == null ? Set.of() : wanted);
      missing.removeAll(given.keySet());
      return new Answers(Map.copyOf(given), new Coverage(sure && missing.isEmpty(), missing));
    }
  }
}
