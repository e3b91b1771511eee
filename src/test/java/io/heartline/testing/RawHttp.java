package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request on a connection of its own, and its answer as it came: the path is sent as it is
 * written, and each chunk of the body can be told from the next.
 */
public final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final int status;

  /** By name in any letter case; of repeated ones the last. */
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    status = Integer.parseInt(line().split(" ", 3)[1]);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
  }

  /**
   * Sends a request and reads the answer's head.
   *
   * @param start such as {@code POST http://127.0.0.1:8080/a//b}, and {@code HTTP/1.0} if it is not
   *     to be 1.1
   * @param body null for none and no {@code Content-Length}
   * @param headers names and values by turns
   */
  public static RawHttp send(String start, @Nullable String body, String... headers)
      throws IOException {
    return new RawHttp(sent(start, body, headers));
  }

  /** Sends a request and does not wait for its answer. */
  public static Socket sent(String start, @Nullable String body, String... headers)
      throws IOException {
    String[] parts = start.split(" ");
    URI url = URI.create(parts[1]);
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
    String path = parts[1].substring(
        parts[1].indexOf(url.getAuthority()) + url.getAuthority().length());
    StringBuilder request = new StringBuilder(parts[0])
        .append(' ')
        .append(path)
        .append(parts.length > 2 ? " " + parts[2] : " HTTP/1.1")
        .append("\r\nHost: ")
        .append(url.getAuthority())
        .append("\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    byte[] bytes = body == null ? new byte[0] : body.getBytes(UTF_8);
    if (body != null) {
      request.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(request.append("\r\n").toString().getBytes(ISO_8859_1));
    all.writeBytes(bytes);
    socket.getOutputStream().write(all.toByteArray());
    return socket;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("after \"" + line + "\"");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  public int status() {
    return status;
  }

  /** Returns a header's value, or null if there is none. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  public boolean chunked() {
    return "chunked".equalsIgnoreCase(header("Transfer-Encoding"));
  }

  /** Reads the next chunk; "" is the last one, after which nothing comes. */
  public String chunk() throws IOException {
    assertThat(chunked()).as("chunked: %s", headers).isTrue();
    int length = Integer.parseInt(line(), 16);
    String chunk = read(length);
    line();
    return chunk;
  }

  /** Reads so many octets. */
  public String read(int octets) throws IOException {
    byte[] read = in.readNBytes(octets);
    assertThat(read).as("before the connection ends").hasSize(octets);
    return new String(read, UTF_8);
  }

  /** Reads the whole body, which must have an end. */
  public String body() throws IOException {
    if (chunked()) {
      StringBuilder body = new StringBuilder();
      for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
        body.append(chunk);
      }
      return body.toString();
    }
    String length = header("Content-Length");
    if (length != null) {
      return read(Integer.parseInt(length));
    }
    String connection = header("Connection");
    if (connection != null && connection.toLowerCase(Locale.ROOT).contains("close")) {
      return new String(in.readAllBytes(), UTF_8);
    }
    assertThat(status).as("status of an answer that says nothing of a body").isIn(204, 304);
    return "";
  }

  /** Sends another request on the same connection, and reads its answer's head. */
  public RawHttp again(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return new RawHttp(socket);
  }

  /** Waits for the end of the connection, before which nothing may come. */
  public void assertEnds() throws IOException {
    assertThat(in.read()).as("end of the connection").isEqualTo(-1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
