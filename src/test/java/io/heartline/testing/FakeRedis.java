package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Says of itself that it is an older Redis than there is a package of, and does nothing else. */
public final class FakeRedis implements AutoCloseable {
  private final ServerSocket listener;
  private final String version;

  private FakeRedis(String version) throws IOException {
    this.version = version;
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  public static FakeRedis ofVersion(String version) throws IOException {
    return new FakeRedis(version);
  }

  /** One before 6.0, which cannot even be greeted. */
  public static FakeRedis withoutHello() throws IOException {
    return new FakeRedis("");
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread thread = new Thread(() -> serve(socket));
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      OutputStream out = socket.getOutputStream();
      for (String head = in.readLine(); head != null; head = in.readLine()) {
        String command = "";
        for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) { // each: its length, itself
          in.readLine();
          String word = in.readLine();
          command = command.isEmpty() ? word : command;
        }
        out.write(answer(command).getBytes(UTF_8));
      }
    } catch (IOException e) {
      // whoever asked is gone
    }
  }

  private String answer(String command) {
    if (version.isEmpty() && command.equals("HELLO")) {
      return "-ERR unknown command `" + command + "`, with args beginning with: \r\n";
    }
    return switch (command) {
      case "HELLO" -> "*2\r\n$5\r\nproto\r\n:2\r\n";
      case "INFO" -> {
        String info = "redis_version:" + version + "\r\nrole:master\r\n";
        yield "$" + info.length() + "\r\n" + info + "\r\n";
      }
      case "CLUSTER" -> "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:" + port() + "\r\n";
      default -> "+OK\r\n";
    };
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
