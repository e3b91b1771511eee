package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Where an issuer's public keys are to be had by HTTP. */
public final class KeyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile String keys;

  private KeyServer(int port, Issuer... issuers) throws IOException {
    keys = set(issuers);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/keys", this::answer);
    server.createContext("/endless", KeyServer::answerWithoutEnd);
    server.createContext("/moved", KeyServer::answerElsewhere);
    server.start();
  }

  public static KeyServer start(Issuer... issuers) throws IOException {
    return new KeyServer(0, issuers);
  }

  /** One where another one was. */
  public static KeyServer startAt(int port, Issuer... issuers) throws IOException {
    return new KeyServer(port, issuers);
  }

  private static String set(Issuer... issuers) {
    return new JWKSet(List.of(issuers).stream().map(Issuer::key).toList()).toString();
  }

  /** From now on these are the keys. */
  public void rotate(Issuer... issuers) {
    keys = set(issuers);
  }

  /** How often the keys were asked for. */
  public int questions() {
    return questions.get();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** @param path {@code keys}; or {@code endless}, {@code moved} for what goes wrong */
  public String url(String path) {
    return "http://127.0.0.1:" + port() + '/' + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    questions.incrementAndGet();
    byte[] body = keys.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void answerWithoutEnd(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] spaces = " ".repeat(4096).getBytes(UTF_8);
      while (true) {
        out.write(spaces); // fails once the other end has had enough
      }
    }
  }

  private static void answerElsewhere(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", "/keys");
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
