package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An application elsewhere, with a login of its own: it knows its users by the cookie
 * {@code shop=<name>}, and says so to whoever asks.
 */
public final class Shop implements AutoCloseable {
  /** What it was asked: the method and the headers. */
  public record Asked(String method, Map<String, List<String>> headers) {}

  /** Answers one question. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange question) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  private Shop(HttpServer server) {
    this.server = server;
  }

  public static Shop open() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Shop shop = new Shop(server);
    server.setExecutor(shop.threads);
    server.createContext("/", shop::serve);
    server.start();
    return shop;
  }

  private void serve(HttpExchange question) throws IOException {
    asked.add(new Asked(question.getRequestMethod(), Map.copyOf(question.getRequestHeaders())));
    Answer answer = answers.get(question.getRequestURI().getPath());
    if (answer == null) {
      question.sendResponseHeaders(404, -1);
    } else {
      answer.to(question);
    }
    question.close();
  }

  /** Says what is answered at a path from now on. */
  public void at(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Returns who a question comes from; null if nobody has logged in. */
  public static String user(HttpExchange question) {
    for (String cookies : question.getRequestHeaders().getOrDefault("Cookie", List.of())) {
      for (String cookie : cookies.split("; ", -1)) {
        if (cookie.startsWith("shop=")) {
          return cookie.substring("shop=".length());
        }
      }
    }
    return null;
  }

  /** Answers by headers alone, as nginx wants it. */
  public static void sayInHeaders(HttpExchange question) throws IOException {
    String user = user(question);
    if (user != null) {
      // as other servers write headers: UTF-8, whatever stands in them
      question.getResponseHeaders().add("X-User", new String(user.getBytes(UTF_8), ISO_8859_1));
      question.getResponseHeaders().add("X-Groups", "customers,night shift");
    }
    question.sendResponseHeaders(204, -1);
  }

  /** Answers with a JSON text. */
  public static void json(HttpExchange question, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    question.getResponseHeaders().add("Content-Type", "application/json");
    question.sendResponseHeaders(200, bytes.length);
    question.getResponseBody().write(bytes);
  }

  /** Returns what it was asked since this was called last. */
  public List<Asked> asked() {
    List<Asked> all = new java.util.ArrayList<>();
    asked.drainTo(all);
    return all;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Returns the URL of a path. */
  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
