package io.heartline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait, and the one call that is under way. So messages are published in their
 * order, many in a call if many wait. A call that was not carried out is made again after a rest,
 * with the same ids.
 */
final class PublishQueue {
  private static final byte[] BEGIN = "{\"messages\":[".getBytes(UTF_8);
  private static final byte[] COMMA = ",".getBytes(UTF_8);
  private static final byte[] END = "]}".getBytes(UTF_8);

  /** The most messages that the server takes in a call. */
  private static final int MAX_MESSAGES = 1000;

  /** A call is not split any further. */
  private static final int LEAST_BODY = 1024;

  private final Calling calling;
  private final ScheduledExecutorService timer;
  private final Executor answers;

  /** The messages that are not in the call under way. Guarded by this. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** A call is under way, or rests until it is made again. Guarded by this. */
  private boolean busy;

  /** The largest body of a call. Touched by the call under way only. */
  private volatile int maxBody;

  /** How many calls in a row were not carried out. Touched by the call under way only. */
  private volatile int failed;

  /**
   * @param timer runs what continues a call, and rests
   * @param answers completes what callers wait for
   */
  PublishQueue(Calling calling, ScheduledExecutorService timer, Executor answers, int maxBody) {
    this.calling = calling;
    this.timer = timer;
    this.answers = answers;
    this.maxBody = maxBody;
  }

  /**
   * A message that waits for its answer.
   *
   * @param json as it is sent
   * @param alone whether it must be in a call of its own: a call with it was malformed
   */
  private record Waiting(byte[] json, CompletableFuture<List<Published>> answer, boolean alone) {}

  void add(byte[] json, CompletableFuture<List<Published>> answer) {
    synchronized (this) {
      waiting.add(new Waiting(json, answer, false));
    }
    next();
  }

  /** Makes the next call, unless one is under way. */
  private void next() {
    List<Waiting> call;
    synchronized (this) {
      if (busy) {
        return;
      }
      call = take();
      busy = !call.isEmpty();
    }
    if (!call.isEmpty()) {
      calling
          .post("api/publish", BodyPublishers.ofByteArrays(body(call)))
          .thenAcceptAsync(answer -> answered(call, answer), timer)
          .exceptionally(
              failure -> { // such as no memory: the rest must not wait for ever
                goOn(call, Calling.restMillis(Answer.none(failure), 1));
                return null;
              });
    }
  }

  /** Takes as many messages as fit into a call. Those that nobody waits for are dropped. */
  private List<Waiting> take() {
    List<Waiting> call = new ArrayList<>();
    int size = BEGIN.length + END.length;
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      int more = size + first.json().length + COMMA.length;
      boolean own = first.alone() || more > maxBody || call.size() == MAX_MESSAGES;
      if (!first.answer().isDone()) {
        if (own && !call.isEmpty()) {
          return call;
        }
        call.add(first);
        size = more;
      }
      waiting.remove();
      if (first.alone() && !call.isEmpty()) {
        return call;
      }
    }
    return call;
  }

  private static List<byte[]> body(List<Waiting> call) {
    List<byte[]> parts = new ArrayList<>(2 * call.size() + 1);
    for (Waiting one : call) {
      parts.add(parts.isEmpty() ? BEGIN : COMMA);
      parts.add(one.json());
    }
    parts.add(END);
    return parts;
  }

  private void answered(List<Waiting> call, Answer answer) {
    boolean several = call.size() > 1;
    List<Object> verdicts = answer.status() == 200 ? verdicts(answer, call.size()) : null;
    if (verdicts != null) {
      failed = 0;
      List<Waiting> again = judged(call, verdicts);
      goOn(again, again.isEmpty() ? 0 : Calling.restMillis(answer, 1));
    } else if (answer.status() == 200 || answer.isAgain()) {
      failed++;
      goOn(call, Calling.restMillis(answer, failed));
    } else if (answer.status() == 400 && several) { // one of them is no JSON: which one is it?
      goOn(call.stream().map(one -> new Waiting(one.json(), one.answer(), true)).toList(), 0);
    } else if (answer.status() == 413 && several) {
      int size = call.stream().mapToInt(one -> one.json().length).sum();
      maxBody = Math.max(LEAST_BODY, size / 2);
      goOn(call, 0);
    } else {
      HeartlineException refusal = answer.refusal();
      call.forEach(one -> fail(one, refusal));
      goOn(List.of(), 0);
    }
  }

  /** Returns what was said about each message; null if the answer does not say it. */
  private static @Nullable List<Object> verdicts(Answer answer, int count) {
    Map<String, Object> read = Json.object(answer.body());
    Object results = read == null ? null : read.get("results");
    return results instanceof List<?> list && list.size() == count ? List.copyOf(list) : null;
  }

  /** Returns those that the server could not take now. */
  private List<Waiting> judged(List<Waiting> call, List<Object> verdicts) {
    List<Waiting> again = new ArrayList<>();
    for (int i = 0; i < call.size(); i++) {
      Waiting one = call.get(i);
      Map<String, Object> verdict = Json.object(verdicts.get(i));
      List<Published> published = verdict == null ? null : published(verdict.get("results"));
      Map<String, Object> error = verdict == null ? null : Json.object(verdict.get("error"));
      int status =
          error != null && error.get("status") instanceof Long number ? number.intValue() : 0;
      if (published != null) {
        answers.execute(() -> one.answer().complete(published));
      } else if (Answer.isAgain(status)) {
        again.add(one);
      } else {
        fail(one, Answer.refusal(status, error));
      }
    }
    return again;
  }

  private static @Nullable List<Published> published(@Nullable Object results) {
    if (!(results instanceof List<?> list)) {
      return null;
    }
    List<Published> published = new ArrayList<>(list.size());
    for (Object one : list) {
      Map<String, Object> place = Json.object(one);
      if (place == null || !(place.get("offset") instanceof Long offset)) {
        return null;
      }
      published.add(new Published(
          String.valueOf(place.get("channel")),
          String.valueOf(place.get("epoch")),
          offset,
          String.valueOf(place.get("position"))));
    }
    return List.copyOf(published);
  }

  private void fail(Waiting one, HeartlineException why) {
    answers.execute(() -> one.answer().completeExceptionally(why));
  }

  /**
   * Ends the call under way.
   *
   * @param again what must be sent once more, before all else
   * @param restMillis how long to wait before that
   */
  private void goOn(List<Waiting> again, long restMillis) {
    synchronized (this) {
      for (int i = again.size() - 1; i >= 0; i--) {
        waiting.addFirst(again.get(i));
      }
    }
    if (restMillis == 0) {
      rested();
    } else {
      timer.schedule(this::rested, restMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void rested() {
    synchronized (this) {
      busy = false;
    }
    next();
  }
}
