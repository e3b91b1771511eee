package io.heartline.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of server-sent events that keeps what comes until it is asked for. */
public final class EventStream implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String END = "(the end)";
  private static final String DATA = "data: ";
  private static final String ID = "id: ";

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private volatile Flow.Subscription subscription;
  private final HttpResponse<Void> head;
  private String lastEventId = "";

  private EventStream(HttpClient client, HttpRequest request) throws IOException {
    try {
      head = client.send(
          request,
          info -> new EarlyAnswer(HttpResponse.BodySubscribers.fromLineSubscriber(new Reader())));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Opens a stream and expects it to be let in. */
  public static EventStream open(URI url, String... headers) throws IOException {
    return open(HTTP, url, headers);
  }

  /** Opens a stream by a client that trusts the server. */
  public static EventStream open(HttpClient client, URI url, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url);
    EventStream stream = new EventStream(
        client, headers.length == 0 ? request.build() : request.headers(headers).build());
    assertThat(stream.head.statusCode()).as(url.toString()).isEqualTo(200);
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    return stream;
  }

  /** Returns a header of the answer, or "". */
  public String header(String name) {
    return head.headers().firstValue(name).orElse("");
  }

  /** Returns the data of the next event. */
  public String object() {
    String line = line();
    if (line.matches("retry: \\d+")) {
      line = line();
    }
    assertThat(line).as("every event has data").startsWith(DATA);
    String object = line.substring(DATA.length());
    line = line();
    if (line.startsWith(ID)) {
      lastEventId = line.substring(ID.length());
      line = line();
    }
    assertThat(line).as("the end of the event").isEmpty();
    return object;
  }

  /** Returns the next object that is no beat. */
  public String telling() {
    String object = object();
    while (object.startsWith("{\"beat\":")) {
      object = object();
    }
    return object;
  }

  /** Returns what a browser would send if it came back now. */
  public String lastEventId() {
    return lastEventId;
  }

  /** Expects the end of the stream, not within an event. */
  public void assertEnds() {
    assertThat(line()).isEqualTo(END);
  }

  /** Returns the next line, whatever it is. */
  public String line() {
    try {
      String line = lines.poll(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(line).as("a line of the stream").isNotNull();
      return line;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    subscription.cancel();
  }

  private final class Reader implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      EventStream.this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      lines.add(line);
    }

    @Override
    public void onError(Throwable failure) {
      lines.add(END);
    }

    @Override
    public void onComplete() {
      lines.add(END);
    }
  }

  /** A body that counts as there when it begins. */
  private record EarlyAnswer(HttpResponse.BodySubscriber<Void> body)
      implements HttpResponse.BodySubscriber<Void> {
    @Override
    public CompletionStage<Void> getBody() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      body.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      body.onNext(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      body.onError(failure);
    }

    @Override
    public void onComplete() {
      body.onComplete();
    }
  }
}
