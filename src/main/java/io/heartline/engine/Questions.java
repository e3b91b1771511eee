package io.heartline.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node asks others. It waits for the answers of those that live, but not for long.
 *
 * @param <A> an answer
 */
final class Questions<A> {
  /** How long the answers of all may take. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How often a question to one node is repeated: it may have been lost. */
  private static final Duration REPEATED = Duration.ofSeconds(2);

  private final Bus bus;
  private final Timers timers;
  private final LongSupplier nanos;
  private final AtomicLong last = new AtomicLong();

  /** What has no answer yet, by number. */
  private final Map<Long, Asked> open = new ConcurrentHashMap<>();

  /**
   * What came back.
   *
   * @param given the answers, by node
   * @param coverage who did not answer
   */
  record Answers<A>(Map<String, A> given, Coverage coverage) {}

  Questions(Bus bus, Timers timers, LongSupplier nanos) {
    this.bus = bus;
    this.timers = timers;
    this.nanos = nanos;
  }

  /**
   * Asks all other nodes.
   *
   * @param question makes the message from the number of the question
   * @return never fails, and answers after {@link #PATIENCE} at the latest
   */
  CompletionStage<Answers<A>> askAll(LongFunction<String> question) {
    Asked asked = new Asked(last.incrementAndGet());
    asked.begin(timers.at(nanos.getAsLong() + PATIENCE.toNanos(), asked::tooLate));
    bus.look().whenComplete((nodes, failure) -> {
      asked.wants(nodes == null ? bus.nodes() : nodes, nodes != null);
      if (!asked.answers.isDone()) {
        bus.sendAll(question.apply(asked.number));
      }
    });
    return asked.answers;
  }

  /**
   * Asks one node, which must be another one.
   *
   * @return its answer, empty if it did not answer in {@link #PATIENCE}; never fails
   */
  CompletionStage<Optional<A>> ask(String node, LongFunction<String> question) {
    return ask(
        node, question, deadline -> timers.at(nanos.getAsLong() + PATIENCE.toNanos(), deadline));
  }

  /**
   * Asks one node whether somebody lives, and waits for as long as given, or longer if this node is
   * late itself.
   */
  CompletionStage<Optional<A>> judge(
      String node, LongFunction<String> question, Duration patience) {
    return ask(
        node,
        question,
        deadline -> timers.judgeAt(nanos.getAsLong() + patience.toNanos(), deadline));
  }

  private CompletionStage<Optional<A>> ask(
      String node, LongFunction<String> question, Function<Runnable, Timers.Timer> timeout) {
    Asked asked = new Asked(last.incrementAndGet());
    asked.begin(timeout.apply(asked::tooLate));
    asked.wants(Set.of(node), true);
    say(asked, node, question.apply(asked.number));
    return asked.answers.thenApply(
        answers -> Optional.ofNullable(answers.given().get(node)));
  }

  private void say(Asked asked, String node, String text) {
    if (!asked.answers.isDone()) {
      bus.send(node, text);
      timers.at(nanos.getAsLong() + REPEATED.toNanos(), () -> say(asked, node, text));
    }
  }

  /** An answer has come, maybe for the second time, or too late. */
  void answered(String from, long number, A answer) {
    Asked asked = open.get(number);
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
    private final CompletableFuture<Answers<A>> answers = new CompletableFuture<>();

    /** Who is to answer; null until that is known. */
    @GuardedBy("this")
    private @Nullable Set<String> wanted;

    /** Nobody else can be there. */
    @GuardedBy("this")
    private boolean sure;

    @GuardedBy("this")
    private final Map<String, A> given = new HashMap<>();

    private Asked(long number) {
      this.number = number;
    }

    private void begin(Timers.Timer timeout) {
      open.put(number, this);
      answers.whenComplete((all, failure) -> {
        timeout.cancel();
        open.remove(number);
      });
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

    private void answered(String from, A answer) {
      synchronized (this) {
        given.putIfAbsent(from, answer);
      }
      completeIfDone();
    }

    private void completeIfDone() {
      Answers<A> all;
      synchronized (this) {
        if (wanted == null || !given.keySet().containsAll(wanted)) {
          return;
        }
        all = all();
      }
      answers.complete(all);
    }

    private void tooLate() {
      Answers<A> all;
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
    private Answers<A> all() {
      Set<String> missing = new TreeSet<>(wanted == null ? Set.of() : wanted);
      missing.removeAll(given.keySet());
      return new Answers<>(Map.copyOf(given), new Coverage(sure && missing.isEmpty(), missing));
    }
  }
}
