package io.heartline.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of {@code https://} and {@code wss://127.0.0.1} that trusts one certificate. */
final class SecureClient {
  private final HttpClient client;
  private final String authority;

  SecureClient(SelfSigned tls, int port) {
    client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(tls.trusting())
        .build();
    authority = "127.0.0.1:" + port;
  }

  /** Returns the origin of pages that come from there. */
  String origin() {
    return "https://" + authority;
  }

  /** Opens a raw door. */
  Wire raw(String path, String... headers) {
    return open(path, "", headers);
  }

  /** Opens a line of {@code heartline.v1} and is welcomed. */
  Wire page(String path, String... headers) {
    Wire line = open(path, "heartline.v1", headers);
    line.send("{\"hello\":{}}");
    line.welcomed();
    return line;
  }

  private Wire open(String path, String subprotocol, String... headers) {
    Wire line = new Wire();
    try {
      get(handshake(path, subprotocol, line, headers));
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
    return line;
  }

  /** Opens a stream of events. */
  EventStream events(String path, String... headers) throws IOException {
    return EventStream.open(client, URI.create(origin() + path), headers);
  }

  /** Returns the status that a handshake is refused with. */
  int refused(String path, String... headers) {
    try {
      get(handshake(path, "", new Wire(), headers));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refusal) {
        return refusal.getResponse().statusCode();
      }
      throw new AssertionError(e);
    }
    throw new AssertionError("opened");
  }

  private CompletableFuture<WebSocket> handshake(
      String path, String subprotocol, Wire line, String... headers) {
    WebSocket.Builder builder = client.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    if (!subprotocol.isEmpty()) {
      builder.subprotocols(subprotocol);
    }
    return builder.buildAsync(URI.create("wss://" + authority + path), line);
  }

  private static <T> T get(CompletableFuture<T> future) throws ExecutionException {
    try {
      return future.get(RunningWar.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(RunningWar.PATIENCE);
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks for a path and returns the body of its 200. */
  String get(String path) throws IOException {
    HttpResponse<byte[]> answer = send(request(path));
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Publishes a JSON value with a key. */
  void publish(String path, String key, String channel, String data) throws IOException {
    HttpResponse<byte[]> answer = send(request(path)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(
            "{\"channel\":\"" + channel + "\",\"data\":" + data + "}")));
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
