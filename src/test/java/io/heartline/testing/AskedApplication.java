package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The application that Heartline asks about what clients send: a server that keeps what it is asked
 * and answers as it is told.
 */
public final class AskedApplication implements AutoCloseable {
  /**
   * A question.
   *
   * @param authorization the header; null if there was none
   */
  public record Asked(String method, String path, @Nullable String authorization, String body) {}

  private static final long PATIENCE_SECONDS = 30;

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** No answer is given before this is open. */
  private volatile CountDownLatch open = new CountDownLatch(0);

  private volatile int status = 200;
  private volatile String body = "";

  /** It takes everything, until it is told otherwise. */
  public AskedApplication() {
    this(0);
  }

  /** @param port 0: a free one */
  public AskedApplication(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    asked.add(new Asked(
        exchange.getRequestMethod(),
        exchange.getRequestURI().toString(),
        exchange.getRequestHeaders().getFirst("Authorization"),
        new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    try {
      open.await();
    } catch (InterruptedException e) {
      return; // the end
    }
    if (status == 302) {
      exchange.getResponseHeaders().add("Location", "/elsewhere");
    }
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Returns the address of a path, which begins with a slash. */
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Decides what it answers from now on. */
  public void answers(int status, String body) {
    this.status = status;
    this.body = body;
  }

  /** From now on it answers nobody until it is {@link #release}d. */
  public void hold() {
    open = new CountDownLatch(1);
  }

  public void release() {
    open.countDown();
  }

  /** Returns the next question, and waits for it. */
  public Asked asked() {
    try {
      Asked next = asked.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(next).as("what the application is asked next").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Expects that it was asked nothing that nobody has looked at. */
  public void assertAskedNothing() {
    assertThat(asked).isEmpty();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
