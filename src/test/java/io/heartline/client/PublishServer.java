package io.heartline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A server that answers as it is told, and that does what is asked if it was told nothing. */
final class PublishServer implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  /**
   * An answer.
   *
   * @param status 0 to close the connection without an answer
   */
  record Scripted(int status, Map<String, String> headers, Function<Call, String> body) {
    static Scripted status(int status, String body) {
      return new Scripted(status, Map.of(), call -> body);
    }
  }

  /** What came. */
  record Call(String path, String authorization, String body) {
    /** Returns the ids of its messages, in order. */
    List<String> ids() {
      return Pattern.compile("\"id\":\"([^\"]*)\"")
          .matcher(body)
          .results()
          .map(found -> found.group(1))
          .toList();
    }

    /** Returns the data of its messages, in order; they must be numbers. */
    List<String> data() {
      return Pattern.compile("\"data\":(\\d+)")
          .matcher(body)
          .results()
          .map(found -> found.group(1))
          .toList();
    }

    /** Returns the answer of a server that has published all. */
    String published() {
      List<String> verdicts = new ArrayList<>();
      for (String id : ids()) {
        verdicts.add("{\"results\":[{\"channel\":\"c\",\"epoch\":\"e\",\"offset\":7,\"position\":\""
            + id + "\"}]}");
      }
      return "{\"results\":[" + String.join(",", verdicts) + "]}";
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final BlockingQueue<Scripted> script = new LinkedBlockingQueue<>();

  PublishServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/heartline");
  }

  HeartlineClient.Builder client() {
    return HeartlineClient.builder(address(), "the-key");
  }

  void answers(Scripted... next) {
    script.addAll(List.of(next));
  }

  /** Returns the next call, once it has come. */
  Call next() throws InterruptedException {
    Call call = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no call came");
    }
    return call;
  }

  /** Returns how many calls came that nobody asked for yet. */
  int more() {
    return calls.size();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Call call = new Call(
          exchange.getRequestURI().toString(),
          exchange.getRequestHeaders().getFirst("Authorization"),
          new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      Scripted answer = script.poll();
      if (answer == null) {
        answer = new Scripted(200, Map.of(), Call::published);
      }
      calls.add(call);
      String body = answer.body().apply(call);
      if (answer.status() == 0) {
        return; // closes the connection
      }
      answer.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
