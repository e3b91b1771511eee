package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Remote;
import io.heartline.engine.Timers;
import io.heartline.model.Nanos;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.StrictUtf8;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks other servers by HTTP. No thread waits. The calls under way are bounded, and so are those
 * that wait for them. No redirect is followed.
 */
public final class RemoteCalls implements Remote {
  /** How many calls may wait for those under way. */
  static final int MAX_WAITING = 1024;

  private static final Answer.Unavailable STOPS =
      new Answer.Unavailable("the server stops", "the server stops");

  private final Duration timeout;
  private final int maxCalls;
  private final int maxAnswerBytes;
  private final Timers timers;
  private final LongSupplier nanos;

  /** Null once closed: its thread ends when nobody refers to it any more. */
  @GuardedBy("this")
  private @Nullable HttpClient client;

  @GuardedBy("this")
  private final Set<Call> underWay = new HashSet<>();

  @GuardedBy("this")
  private final Deque<Call> waiting = new ArrayDeque<>();

  /**
   * @param timeout the most time from the question to the end of its answer
   * @param maxCalls how many calls may be under way at a time
   * @param maxAnswerBytes the largest body of an answer
   * @param executor handles answers; it ends after this is closed. Its threads must not have the
   *     application's class loader
   * @param timers polled by somebody
   */
  public RemoteCalls(
      Duration timeout,
      int maxCalls,
      int maxAnswerBytes,
      Executor executor,
      Timers timers,
      LongSupplier nanos) {
    this.timeout = timeout;
    this.maxCalls = maxCalls;
    this.maxAnswerBytes = maxAnswerBytes;
    this.timers = timers;
    this.nanos = nanos;
    // Made on a thread of the executor: its own thread takes its class loader from there.
    client =
        CompletableFuture.supplyAsync(() -> made(executor, timeout), executor).join();
  }

  private static HttpClient made(Executor executor, Duration timeout) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(timeout)
        .executor(executor)
        .build();
  }

  @Override
  public CompletionStage<Answer> post(URI to, Map<String, String> headers, String json) {
    return ask(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)),
        headers);
  }

  /** Asks for what is at an address, like {@link #post} otherwise. */
  public CompletionStage<Answer> get(URI from, Map<String, String> headers) {
    return ask(HttpRequest.newBuilder(from).header("Accept", "application/json"), headers);
  }

  private CompletionStage<Answer> ask(HttpRequest.Builder request, Map<String, String> headers) {
    try {
      request.header("User-Agent", "Heartline");
      headers.forEach(request::header);
    } catch (IllegalArgumentException e) { // without the value: it may be a secret
      return CompletableFuture.completedFuture(
          new Answer.Unavailable("a header cannot be passed on", "a header cannot be passed on"));
    }
    Call call = new Call(request.build());
    boolean begins;
    synchronized (this) {
      if (client == null) {
        return CompletableFuture.completedFuture(STOPS);
      }
      begins = underWay.size() < maxCalls;
      if (begins) {
        underWay.add(call);
      } else if (waiting.size() < MAX_WAITING) {
        waiting.add(call);
      } else {
        return CompletableFuture.completedFuture(
            new Answer.Unavailable("too many calls are under way", "too many calls"));
      }
    }
    call.timer = timers.at(nanos.getAsLong() + Nanos.of(timeout), call::late);
    if (begins) {
      begin(call);
    }
    return call.answer;
  }

  private void begin(Call call) {
    HttpClient client;
    synchronized (this) {
      client = this.client;
    }
    if (client == null) {
      ended(call);
      return;
    }
    CompletableFuture<HttpResponse<byte[]>> response;
    try {
      response = client.sendAsync(call.request, head -> new Limited(maxAnswerBytes));
    } catch (RuntimeException e) { // such as: no thread can be had
      response = CompletableFuture.failedFuture(e);
    }
    call.under = response;
    response.whenComplete((answer, failure) -> {
      call.end(answer == null ? failed(failure) : given(answer));
      ended(call);
    });
    if (call.answer.isDone()) { // late, and it did not know what to cancel
      response.cancel(true);
    }
  }

  private static Answer failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new Answer.Unavailable("the call failed", String.valueOf(cause));
  }

  private static Answer given(HttpResponse<byte[]> response) {
    String body;
    try {
      body = JsonText.withoutMark(StrictUtf8.decode(response.body()));
    } catch (CharacterCodingException e) {
      body = null;
    }
    return new Answer.Given(response.statusCode(), body);
  }

  /** A call is no longer under way: the next one begins. */
  private void ended(Call call) {
    Call next;
    synchronized (this) {
      underWay.remove(call);
      do {
        next = waiting.poll();
      } while (next != null && next.answer.isDone());
      if (next != null) {
        underWay.add(next);
      }
    }
    if (next != null) {
      begin(next);
    }
  }

  /** Gives up all calls; no more are made. */
  public void close() {
    List<Call> all;
    synchronized (this) {
      client = null;
      all = new ArrayList<>(underWay);
      all.addAll(waiting);
      waiting.clear();
    }
    all.forEach(call -> call.giveUp(STOPS));
  }

  /** One question. */
  private final class Call {
    final HttpRequest request;
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Null until it is under way. */
    volatile @Nullable CompletableFuture<?> under;

    volatile Timers.@Nullable Timer timer;

    Call(HttpRequest request) {
      this.request = request;
    }

    void late() {
      String why = "no answer within " + timeout.toMillis() + " ms";
      giveUp(new Answer.Unavailable(why, why));
    }

    void giveUp(Answer instead) {
      end(instead);
      CompletableFuture<?> under = this.under;
      if (under != null) {
        under.cancel(true);
      }
    }

    void end(Answer given) {
      Timers.Timer timer = this.timer;
      if (timer != null) {
        timer.cancel();
      }
      answer.complete(given);
    }
  }
}
