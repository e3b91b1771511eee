package io.heartline.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that says the same to each client that comes, and ends each line in the same way. */
final class ScriptedServer implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("(?im)^Sec-WebSocket-Key: *(\\S+)");
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listener;
  private final AtomicInteger handshakes = new AtomicInteger();
  private final byte[] script;

  private ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private ScriptedServer(byte[] script) throws IOException {
    this.script = script;
    listener = listen();
    start(this::accept);
  }

  /** Upgrades, and closes with a code and the reason {@code as told}. */
  static ScriptedServer closing(int code) throws IOException {
    byte[] reason = "as told".getBytes(UTF_8);
    ByteArrayOutputStream close = new ByteArrayOutputStream();
    close.write(0x88);
    close.write(2 + reason.length);
    close.write(code >> 8);
    close.write(code);
    close.writeBytes(reason);
    return new ScriptedServer(close.toByteArray());
  }

  URI door() {
    return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/heartline/line");
  }

  /** Returns how many clients have come. */
  int handshakes() {
    return handshakes.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        close(listener);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.write(next);
      }
      handshakes.incrementAndGet();
      out.write(upgrade(head.toString(ISO_8859_1)).getBytes(ISO_8859_1));
      out.write(script);
      client.shutdownOutput();
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static String upgrade(String head) {
    Matcher key = KEY.matcher(head);
    if (!key.find()) {
      throw new AssertionError(head);
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest((key.group(1) + MAGIC).getBytes(ISO_8859_1));
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n"
          + (head.contains("heartline.v1") ? "Sec-WebSocket-Protocol: heartline.v1\r\n" : "")
          + "\r\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted server");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Closeable listener) {
    try {
      listener.close();
    } catch (IOException e) {
      // closed is what it was to be
    }
  }

  @Override
  public void close() {
    close(listener);
  }
}
