package io.heartline.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.function.BiFunction;

/**
 * Requests that a proxy and the server behind it might split in different places, so that the end
 * of one is a request of its own to the server, which the proxy never saw. All end with one that
 * publishes, to an address that the proxy lets nobody through to.
 */
public enum Smuggling {
  LENGTH_AND_CHUNKED((path, inner) -> post(path)
      + "Content-Length: " + ("0\r\n\r\n" + inner).length()
      + "\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "0\r\n\r\n" + inner),
  CHUNKED_AND_LENGTH((path, inner) -> post(path)
      + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
      + Integer.toHexString(inner.length()) + "\r\n" + inner + "\r\n0\r\n\r\n"),
  TWO_LENGTHS((path, inner) ->
      post(path) + "Content-Length: 0\r\nContent-Length: " + inner.length() + "\r\n\r\n" + inner),
  TWO_LENGTHS_THE_OTHER_WAY((path, inner) ->
      post(path) + "Content-Length: " + inner.length() + "\r\nContent-Length: 0\r\n\r\n" + inner),
  LIST_OF_LENGTHS(
      (path, inner) -> post(path) + "Content-Length: 0, " + inner.length() + "\r\n\r\n" + inner),
  SIGNED_LENGTH(
      (path, inner) -> post(path) + "Content-Length: +" + inner.length() + "\r\n\r\n" + inner),
  HEX_LENGTH((path, inner) ->
      post(path) + "Content-Length: 0x" + Integer.toHexString(inner.length()) + "\r\n\r\n" + inner),
  UNKNOWN_CODING((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner),
  CODING_BEHIND_CHUNKED((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + inner),
  CHUNKED_TWICE((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + inner),
  FOLDED_CODING((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + inner),
  SPACE_IN_FRONT((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner),
  SPACE_BEFORE_THE_COLON((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner),
  VERTICAL_TAB((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n" + inner),
  NULL_IN_A_NAME((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer\0-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner),
  QUOTED_CODING((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + inner),
  BARE_RETURN((path, inner) -> post(path) + "Content-Length: " + inner.length()
      + "\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner),
  BARE_LINE_FEEDS((path, inner) -> post(path).replace("\r", "") + "Content-Length: "
      + inner.length() + "\nX: a\n Transfer-Encoding: chunked\n\n0\n\n" + inner),
  CHUNK_EXTENSION((path, inner) ->
      post(path) + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\n\"\r\nx\r\n0;\n\r\n" + inner),
  CHUNK_TOO_LARGE((path, inner) ->
      post(path) + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nx\r\n0\r\n\r\n" + inner),
  CHUNK_SIGNED((path, inner) ->
      post(path) + "Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n" + inner),
  TRAILERS((path, inner) -> post(path)
      + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: " + inner.length() + "\r\n\r\n"
      + inner),
  GET_WITH_BODY((path, inner) -> "GET " + path + "demo/ HTTP/1.1\r\nHost: x\r\nContent-Length: "
      + inner.length() + "\r\n\r\n" + inner),
  HEAD_WITH_BODY((path, inner) -> "HEAD " + path + "heartline.js HTTP/1.1\r\nHost: x\r\n"
      + "Content-Length: " + inner.length() + "\r\n\r\n" + inner),
  OPTIONS_WITH_BODY((path, inner) -> "OPTIONS " + path + "events HTTP/1.1\r\nHost: x\r\n"
      + "Content-Length: " + inner.length() + "\r\n\r\n" + inner),
  EXPECT((path, inner) -> post(path) + "Expect: 100-continue\r\nContent-Length: " + inner.length()
      + "\r\n\r\n" + inner),
  OLD_HTTP((path, inner) -> post(path).replace("HTTP/1.1", "HTTP/1.0")
      + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
      + "0\r\n\r\n" + inner),
  OTHER_HOST((path, inner) -> "POST http://y" + path + "demo/publish HTTP/1.1\r\nHost: x\r\n"
      + "Content-Length: " + inner.length() + "\r\n\r\n" + inner),
  BAD_WEBSOCKET_VERSION((path, inner) -> upgrade(path + "line", "websocket", "777") + inner),
  NO_WEBSOCKET_KEY((path, inner) ->
      upgrade(path + "line", "websocket", "13").replace("Sec-WebSocket-Key", "X-Key") + inner),
  WEBSOCKET_WHERE_NO_DOOR_IS((path, inner) -> upgrade(path + "demo/", "websocket", "13") + inner),
  WEBSOCKET_OF_A_FOREIGN_PAGE((path, inner) -> upgrade(path + "line", "websocket", "13")
          .replace("Host: x\r\n", "Host: x\r\nOrigin: http://evil.example\r\n")
      + inner),
  WEBSOCKET_BY_POST((path, inner) -> upgrade(path + "line", "websocket", "13")
          .replace("GET", "POST")
          .replace("\r\n\r\n", "\r\nContent-Length: " + inner.length() + "\r\n\r\n")
      + inner),
  HTTP_2_CLEARTEXT((path, inner) -> upgrade(path + "demo/", "h2c", "13")
          .replace("Upgrade\r\n", "Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n")
      + inner);

  private static final int QUIET_MILLIS = 500;

  private final BiFunction<String, String, String> outer;

  Smuggling(BiFunction<String, String, String> outer) {
    this.outer = outer;
  }

  private static String post(String path) {
    return "POST " + path + "demo/publish HTTP/1.1\r\nHost: x\r\n";
  }

  private static String upgrade(String path, String protocol, String version) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + protocol
        + "\r\nSec-WebSocket-Version: " + version
        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  /**
   * Returns a request that publishes its data to a channel.
   *
   * @param path of the context, ending with a slash
   */
  public static String publishing(String path, String key, String channel, String data) {
    String body = "{\"channel\":\"" + channel + "\",\"data\":\"" + data + "\"}";
    return "POST " + path + "api/publish HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
        + body;
  }

  /**
   * Sends it, and reads whatever comes.
   *
   * @param port of the proxy
   * @param inner what is to be smuggled
   */
  public void send(int port, String path, String inner) throws IOException {
    send(port, outer.apply(path, inner));
  }

  /**
   * Sends the server itself what is smuggled elsewhere, and waits until it is answered, for which a
   * server that has just started may take its time.
   */
  public static void sendOpenly(int port, String request) throws IOException {
    send(port, request, (int) RunningWar.PATIENCE.toMillis());
  }

  /** Sends bytes, and reads until the other side ends or says nothing for a while. */
  public static void send(int port, String request) throws IOException {
    send(port, request, QUIET_MILLIS);
  }

  private static void send(int port, String request, int firstMillis) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(firstMillis);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      if (socket.getInputStream().read() < 0) {
        return;
      }
      socket.setSoTimeout(QUIET_MILLIS);
      byte[] some = new byte[4096];
      while (socket.getInputStream().read(some) >= 0) {}
    } catch (SocketTimeoutException e) {
      // it waits for more, and gets none
    } catch (SocketException e) {
      // refused in the middle of it
    }
  }

  /**
   * A proxy that passes on what it gets as soon as it gets it, on connections that it keeps, and
   * lets nobody through to {@code api/}.
   *
   * @param upstream the server's port
   */
  public static Configuration proxy(int port, int upstream, String path) {
    return new Configuration("""
        upstream node { server 127.0.0.1:%2$d; keepalive 2; }
        map $http_upgrade $asked { default upgrade; '' ''; }
        server {
            listen 127.0.0.1:%1$d;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_set_header Host x;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $asked;
            location ^~ %3$sapi/ { return 403; }
            location / { proxy_pass http://node; }
        }
        """.formatted(port, upstream, path));
  }
}
