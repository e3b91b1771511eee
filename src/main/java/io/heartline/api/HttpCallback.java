package io.heartline.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.engine.Callback;
import io.heartline.engine.Timers;
import io.heartline.model.Nanos;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application by HTTP: {@code POST} with
 * {@code {"destination","line","user"?,"headers","data"}} as JSON. A status of 200 to 299 means
 * that it has taken what was sent. The body of its answer may be empty, or that of a call of
 * {@code /api/publish}: all of it is published, or none.
 *
 * <p>No thread waits. The calls under way are bounded, and so are those that wait for them. No
 * redirect is followed.
 */
public final class HttpCallback implements Callback {
  /** How many calls may wait for those under way. */
  static final int MAX_WAITING = 1024;

  private final @Nullable String key;
  private final Duration timeout;
  private final int maxCalls;
  private final int maxAnswerBytes;
  private final Timers timers;
  private final LongSupplier nanos;
  private final CallbackLog log;

  /** Null once closed: its thread ends when nobody refers to it any more. */
  @GuardedBy("this")
  private @Nullable HttpClient client;

  @GuardedBy("this")
  private final Set<Call> underWay = new HashSet<>();

  @GuardedBy("this")
  private final Deque<Call> waiting = new ArrayDeque<>();

  /**
   * @param key sent as a Bearer token; null if none is set
   * @param timeout the most time from the question to the end of its answer
   * @param maxCalls how many calls may be under way at a time
   * @param maxAnswerBytes the largest body of an answer
   * @param executor handles answers; it ends after this is closed. Its threads must not have the
   *     application's class loader
   * @param timers polled by somebody
   */
  public HttpCallback(
      @Nullable String key,
      Duration timeout,
      int maxCalls,
      int maxAnswerBytes,
      Executor executor,
      Timers timers,
      LongSupplier nanos,
      CallbackLog log) {
    this.key = key;
    this.timeout = timeout;
    this.maxCalls = maxCalls;
    this.maxAnswerBytes = maxAnswerBytes;
    this.timers = timers;
    this.nanos = nanos;
    this.log = log;
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
  public CompletionStage<Answer> call(Sent sent) {
    Call call = new Call(sent);
    boolean begins;
    synchronized (this) {
      if (client == null) {
        return CompletableFuture.completedFuture(new Answer.Unavailable("the server stops"));
      }
      begins = underWay.size() < maxCalls;
      if (begins) {
        underWay.add(call);
      } else if (waiting.size() < MAX_WAITING) {
        waiting.add(call);
      } else {
        call.end(new Answer.Unavailable("too many calls are under way"), "too many calls");
        return call.answer;
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
      response = client.sendAsync(call.request(), head -> new Limited(maxAnswerBytes));
    } catch (RuntimeException e) { // such as: no thread can be had
      response = CompletableFuture.failedFuture(e);
    }
    call.under = response;
    response.whenComplete((answer, failure) -> {
      if (answer == null) {
        call.failed(failure);
      } else {
        call.answered(answer.statusCode(), answer.body());
      }
      ended(call);
    });
    if (call.answer.isDone()) { // late, and it did not know what to cancel
      response.cancel(true);
    }
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
    all.forEach(
        call -> call.giveUp(new Answer.Unavailable("the server stops"), "the server stops"));
  }

  /** One question. */
  private final class Call {
    final Sent sent;
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Null until it is under way. */
    volatile @Nullable CompletableFuture<?> under;

    volatile Timers.@Nullable Timer timer;

    Call(Sent sent) {
      this.sent = sent;
    }

    HttpRequest request() {
      HttpRequest.Builder request = HttpRequest.newBuilder(sent.to())
          .header("Content-Type", "application/json")
          .header("User-Agent", "Heartline")
          .POST(HttpRequest.BodyPublishers.ofString(CallbackBody.of(sent)));
      if (key != null) {
        request.header("Authorization", "Bearer " + key);
      }
      return request.build();
    }

    void late() {
      String why = "no answer within " + timeout.toMillis() + " ms";
      giveUp(new Answer.Unavailable(why), why);
    }

    void giveUp(Answer instead, String why) {
      end(instead, why);
      CompletableFuture<?> under = this.under;
      if (under != null) {
        under.cancel(true);
      }
    }

    void failed(Throwable failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      end(new Answer.Unavailable("the call failed"), String.valueOf(cause));
    }

    void answered(int status, byte[] body) {
      if (status >= 400 && status < 500) {
        end(new Answer.Refused("status " + status), "status " + status);
      } else if (status < 200 || status >= 300) {
        end(new Answer.Unavailable("status " + status), "status " + status);
      } else {
        try {
          end(new Answer.Taken(CallbackBody.drafts(body)), null);
        } catch (Refusal refusal) {
          String why = "its answer's " + refusal.field() + " " + refusal.rule();
          end(new Answer.Unavailable("its answer could not be read"), why);
        }
      }
    }

    /** @param why what is logged; null if all went well */
    void end(Answer given, @Nullable String why) {
      Timers.Timer timer = this.timer;
      if (timer != null) {
        timer.cancel();
      }
      if (why != null && !answer.isDone()) {
        log.failed(sent.to(), why);
      }
      answer.complete(given);
    }
  }
}
