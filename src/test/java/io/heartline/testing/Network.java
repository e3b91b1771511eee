package io.heartline.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What lies between clients and the server: connections pass through it until they are cut, fall
 * silent or become slow. New ones are sound, unless they are refused.
 */
public final class Network implements AutoCloseable {
  private static final int CHUNK = 4096;

  private final ServerSocket listener;
  private final int server;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean refuses;
  private final AtomicReference<Interruption> interruption = new AtomicReference<>();

  /** What happens before a text passes on to the server. */
  private record Interruption(String text, Runnable what) {}

  /** @param server the port on 127.0.0.1 that everything goes to */
  public Network(int server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    start("network", this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Returns how many connections neither end has closed. */
  public int connections() {
    return connections.size();
  }

  /** Decides whether new connections are closed at once. */
  public void refuse(boolean refuses) {
    this.refuses = refuses;
  }

  /** Cuts every connection: both ends are told at once. */
  public void cut() {
    connections.forEach(Connection::cut);
  }

  /** From now on nothing passes on the connections there are, and neither end is told. */
  public void stall() {
    connections.forEach(connection -> connection.stalled = true);
  }

  /** From now on the connections there are pass a few KiB at a time, with pauses. */
  public void slow() {
    connections.forEach(connection -> connection.pauseMillis = 200);
  }

  /**
   * Does something before the next bytes with a text in them pass to the server, once. So a test
   * puts what somebody else does between two steps of one client.
   */
  public void before(String text, Runnable what) {
    interruption.set(new Interruption(text, what));
  }

  private void interrupt(byte[] bytes, int count) {
    Interruption next = interruption.get();
    if (next != null
        && new String(bytes, 0, count, ISO_8859_1).contains(next.text)
        && interruption.compareAndSet(next, null)) {
      next.what.run();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refuses) {
          close(client);
          continue;
        }
        try {
          connections.add(
              new Connection(client, new Socket(InetAddress.getLoopbackAddress(), server)));
        } catch (IOException e) {
          close(client); // the server is down: the client is told
        }
      } catch (IOException e) {
        close(listener);
      }
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile boolean stalled;
    private volatile long pauseMillis;

    Connection(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      start("up", () -> pass(client, server));
      start("down", () -> pass(server, client));
    }

    private void pass(Socket from, Socket to) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
          if (pauseMillis > 0) {
            Thread.sleep(pauseMillis);
          }
          if (to == server) {
            interrupt(chunk, read);
          }
          if (stalled) {
            return; // both sockets stay as they are, until the network ends
          }
          out.write(chunk, 0, read);
        }
        cut();
      } catch (IOException | InterruptedException e) {
        cut();
      }
    }

    private void cut() {
      connections.remove(this);
      Network.close(client);
      Network.close(server);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is what it was to be
    }
  }

  @Override
  public void close() {
    close(listener);
    cut();
  }
}
