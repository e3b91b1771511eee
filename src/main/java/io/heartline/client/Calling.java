package io.heartline.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes single calls by HTTP. A call never fails: that nothing came is an answer too. */
final class Calling {
  private static final long FIRST_REST_MILLIS = 100;
  private static final long MAX_REST_MILLIS = 10_000;

  /** Doublings after which the rest between two calls has its largest size. */
  private static final int MAX_DOUBLINGS = 7;

  private final URI base;
  private final String authorization;
  private final Duration timeout;

  /** Null once closed: its thread ends when nobody refers to it any more. */
  private volatile @Nullable HttpClient http;

  /**
   * @param base the address below which the calls are, ending with a slash
   * @param executor handles answers. Its threads must not have the application's class loader: the
   *     JDK's client makes a thread of its own on one of them
   */
  Calling(URI base, String key, Duration timeout, Executor executor) {
    this.base = base;
    authorization = "Bearer " + key;
    this.timeout = timeout;
    http =
        CompletableFuture.supplyAsync(() -> made(timeout, executor), executor).join();
  }

  private static HttpClient made(Duration timeout, Executor executor) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(timeout)
        .executor(executor)
        .build();
  }

  CompletableFuture<Answer> post(String path, BodyPublisher body) {
    HttpClient http = this.http;
    if (http == null) {
      return CompletableFuture.completedFuture(
          Answer.none(new IllegalStateException("the client is closed")));
    }
    HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
        .timeout(timeout)
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .POST(body)
        .build();
    CompletableFuture<HttpResponse<String>> response;
    try {
      response =
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (RuntimeException e) { // such as: no thread can be had
      response = CompletableFuture.failedFuture(e);
    }
    return response.handle(
        (answer, failure) -> answer == null ? Answer.none(failure) : Answer.of(answer));
  }

  /**
   * Returns how long to wait before a call is made again: at least as long as the server says, and
   * a random time more, so that not all clients come at once.
   *
   * @param failed how many calls in a row were not carried out, from 1
   */
  static long restMillis(Answer answer, int failed) {
    long most = Math.min(MAX_REST_MILLIS, FIRST_REST_MILLIS << Math.min(failed - 1, MAX_DOUBLINGS));
    return answer.restMillis() + most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
  }

  void close() {
    http = null;
  }
}
