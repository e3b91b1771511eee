package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client (RFC 6455) that does only what it is told: reads when asked to, answers
 * neither pings nor closes by itself, and sends any bytes, also wrong ones. Nothing that comes
 * unexpectedly is passed over.
 */
public final class RawSocketClient implements AutoCloseable {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** One frame of the server. */
  public record Frame(boolean fin, int opcode, byte[] payload) {
    public String text() {
      return new String(payload, UTF_8);
    }

    /** Returns the code of a close frame. */
    public int code() {
      return (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    }
  }

  /** An HTTP answer: status line and headers, then the body where it is no upgrade. */
  public record Answer(int status, String head, String body) {}

  private final Socket socket;
  private final DataInputStream in;

  private RawSocketClient(URI url, int receiveBuffer, @Nullable SSLContext tls) throws IOException {
    Socket plain = new Socket();
    if (receiveBuffer > 0) {
      plain.setReceiveBufferSize(receiveBuffer);
    }
    plain.setTcpNoDelay(true);
    plain.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
    plain.connect(
        new InetSocketAddress(url.getHost(), url.getPort()), (int) RunningWar.PATIENCE.toMillis());
    socket = tls == null
        ? plain
        : tls.getSocketFactory().createSocket(plain, url.getHost(), url.getPort(), true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1024));
  }

  /** Connects and says nothing. */
  public static RawSocketClient connect(URI url) throws IOException {
    return new RawSocketClient(url, 0, null);
  }

  /** Opens a door. */
  public static RawSocketClient open(URI door, String... headers) throws IOException {
    return open(door, 0, headers);
  }

  /**
   * Opens a door.
   *
   * @param receiveBuffer of the socket, in bytes: the smaller, the sooner the server notices that
   *     nobody reads; 0: as the system likes
   */
  public static RawSocketClient open(URI door, int receiveBuffer, String... headers)
      throws IOException {
    return open(null, door, receiveBuffer, headers);
  }

  /**
   * Opens a door through TLS.
   *
   * @param tls what is trusted; null for none
   */
  public static RawSocketClient open(
      @Nullable SSLContext tls, URI door, int receiveBuffer, String... headers) throws IOException {
    RawSocketClient client = new RawSocketClient(door, receiveBuffer, tls);
    Answer answer = client.handshake(door, headers);
    assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(101);
    return client;
  }

  /** Opens a line of {@code heartline.v1}. */
  public static RawSocketClient openPage(URI door, int receiveBuffer, String... headers)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("Sec-WebSocket-Protocol", "heartline.v1"));
    all.addAll(List.of(headers));
    return open(door, receiveBuffer, all.toArray(new String[0]));
  }

  /** Asks for an upgrade and returns the answer, whatever it is. */
  public Answer handshake(URI door, String... headers) throws IOException {
    String query = door.getRawQuery() == null ? "" : "?" + door.getRawQuery();
    StringBuilder request = new StringBuilder("GET " + door.getRawPath() + query + " HTTP/1.1\r\n"
        + "Host: " + door.getAuthority() + "\r\n"
        + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    bytes(request.append("\r\n").toString().getBytes(ISO_8859_1));
    return answer();
  }

  /** Reads one HTTP answer. */
  public Answer answer() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
    }
    String text = head.toString(ISO_8859_1);
    int status = Integer.parseInt(text.substring(9, 12));
    int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
    int length = at < 0
        ? 0
        : Integer.parseInt(text.substring(at + 15, text.indexOf("\r\n", at)).strip());
    return new Answer(status, text, new String(in.readNBytes(length), UTF_8));
  }

  /** Sends bytes as they are. */
  public void bytes(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Sends one whole text. */
  public void text(String text) throws IOException {
    frame(true, TEXT, text.getBytes(UTF_8));
  }

  /** Sends a frame. */
  public void frame(boolean fin, int opcode, byte... payload) throws IOException {
    byte[] head = head(fin, opcode, payload.length);
    byte[] bytes = new byte[head.length + payload.length];
    System.arraycopy(head, 0, bytes, 0, head.length);
    for (int i = 0; i < payload.length; i++) {
      bytes[head.length + i] = (byte) (payload[i] ^ head[head.length - 4 + i % 4]);
    }
    bytes(bytes);
  }

  /** Returns a frame's header, ending with its mask of zeros. */
  public static byte[] head(boolean fin, int opcode, long length) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write((fin ? 0x80 : 0) | opcode);
    if (length < 126) {
      head.write(0x80 | (int) length);
    } else {
      boolean wide = length > 0xffff;
      head.write(0x80 | (wide ? 127 : 126));
      for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
        head.write((int) (length >> shift) & 0xff);
      }
    }
    head.writeBytes(new byte[4]);
    return head.toByteArray();
  }

  /** Reads the next frame, whatever it is. */
  public Frame read() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    assertThat(second & 0x80).as("a server never masks").isZero();
    long length = second;
    if (second == 126) {
      length = in.readUnsignedShort();
    } else if (second == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    return new Frame((first & 0x80) != 0, first & 0x0f, payload);
  }

  /** Asks a raw line and expects its answer next: nothing else may have come before. */
  public void assertRawLives() throws IOException {
    text("ping");
    assertThat(readText()).isEqualTo("pong");
  }

  /** Reads the next message, which must be a text; it may come in several frames. */
  public String readText() throws IOException {
    Frame frame = read();
    assertThat(frame.opcode())
        .as("opcode of %s", frame.opcode() == CLOSE ? frame.code() + " " + frame : frame)
        .isEqualTo(TEXT);
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(frame.payload());
    while (!frame.fin()) {
      frame = read();
      assertThat(frame.opcode()).isEqualTo(CONTINUATION);
      payload.writeBytes(frame.payload());
    }
    return payload.toString(UTF_8);
  }

  /** Reads the close frame, which must be next, answers it and sees the connection end. */
  public WebSocketRecorder.Closed readClose() throws IOException {
    return answerClose(read());
  }

  /** Reads until the close frame, whatever comes before it. */
  public WebSocketRecorder.Closed readCloseAtLast() throws IOException {
    Frame frame = read();
    while (frame.opcode() != CLOSE) {
      frame = read();
    }
    return answerClose(frame);
  }

  private WebSocketRecorder.Closed answerClose(Frame frame) throws IOException {
    assertThat(frame.opcode()).as("opcode of a close, not of %s", frame.text()).isEqualTo(CLOSE);
    try {
      frame(true, CLOSE, frame.payload()[0], frame.payload()[1]);
    } catch (IOException e) {
      // The server may have gone already: nothing more is to be told.
    }
    assertThat(ends()).as("the connection ends after the close").isTrue();
    return new WebSocketRecorder.Closed(
        frame.code(), new String(frame.payload(), 2, frame.payload().length - 2, UTF_8));
  }

  /** Waits for the end of the connection; whatever comes before it is passed over. */
  public boolean ends() throws IOException {
    try {
      while (in.read() >= 0) {}
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (EOFException | java.net.SocketException e) {
      return true; // reset: an end as well
    }
    return true;
  }

  /** Reads some bytes and forgets them; returns how many came, -1 at the end. */
  public int drain(int atMost) throws IOException {
    return in.read(new byte[atMost]);
  }

  /** Reads bytes and forgets them until these come; returns false if the connection ends before. */
  public boolean drainUntil(String ascii) throws IOException {
    int matched = 0;
    while (matched < ascii.length()) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      matched = next == ascii.charAt(matched) ? matched + 1 : next == ascii.charAt(0) ? 1 : 0;
    }
    return true;
  }

  /** Answers the ping that must come next. */
  public void answerPing() throws IOException {
    Frame ping = read();
    assertThat(ping.opcode()).as("opcode of a ping, not of %s", ping.text()).isEqualTo(PING);
    frame(true, PONG, ping.payload());
  }

  /** Drops the connection, and whatever is on its way, by a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Drops the connection without a word. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
