package io.heartline.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What stands between a browser and the server: a network that can be cut or fall silent, and under
 * the same origin a site with pages of its own. Each connection carries one request, so that every
 * line is a connection that can be seen and cut by itself.
 */
final class Front implements AutoCloseable {
  /** What becomes of new connections. */
  enum Arrivals {
    PASSED,
    /** Closed at once. */
    REFUSED,
    /** Accepted, and nothing ever comes back. */
    UNANSWERED
  }

  private static final String NO_UPGRADE =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private record Page(String type, String headers, String body) {}

  private final ServerSocket listener;
  private final int server;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();
  private final List<Socket> unanswered = new CopyOnWriteArrayList<>();
  private volatile Arrivals arrivals = Arrivals.PASSED;
  private volatile boolean refusesUpgrades;
  private volatile long breaksAfter = Long.MAX_VALUE;

  /** @param server the port on 127.0.0.1 that everything but own pages goes to */
  Front(int server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    start("front", this::accept);
  }

  /** Returns a URL here. */
  String url(String path) {
    return "http://127.0.0.1:" + listener.getLocalPort() + path;
  }

  /**
   * Serves a page of one's own.
   *
   * @param headers each with its line break, such as {@link Pages#STRICT}
   */
  Front page(String path, String type, String headers, String body) {
    pages.put(path, new Page(type, headers, body));
    return this;
  }

  /** Returns the lines that were asked for at a path, the oldest first. */
  List<Tunnel> lines(String path) {
    return tunnels.stream().filter(tunnel -> tunnel.path.equals(path)).toList();
  }

  /** Decides on new connections; those kept waiting are closed when they need wait no longer. */
  void arrivals(Arrivals what) {
    arrivals = what;
    if (what != Arrivals.UNANSWERED) {
      unanswered.forEach(Front::close);
    }
  }

  /** Answers upgrades as proxies do that know nothing of WebSockets; all else passes. */
  void refuseUpgrades(boolean refuses) {
    refusesUpgrades = refuses;
  }

  /** New lines break when so many bytes have gone to the page. */
  void breakAfter(long bytes) {
    breaksAfter = bytes;
  }

  /** Cuts every line: both ends are told at once. */
  void cut() {
    tunnels.forEach(Tunnel::cut);
  }

  /** From now on nothing passes on the lines there are, and neither end is told. */
  void stall() {
    tunnels.forEach(tunnel -> tunnel.stalled = true);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket page = listener.accept();
        page.setTcpNoDelay(true);
        start("front of " + page.getPort(), () -> serve(page));
      } catch (IOException e) {
        close(listener);
      }
    }
  }

  private void serve(Socket page) {
    if (arrivals == Arrivals.UNANSWERED) {
      unanswered.add(page);
      return;
    }
    if (arrivals == Arrivals.REFUSED) {
      close(page);
      return;
    }
    try {
      String head = readHead(page.getInputStream());
      if (head.isEmpty()) { // browsers open connections that they may need
        close(page);
        return;
      }
      String path = head.split(" ", 3)[1].replaceFirst("\\?.*", "");
      Page own = pages.get(path);
      if (own != null) {
        answer(page, own);
      } else if (refusesUpgrades && asksForUpgrade(head)) {
        try (page) {
          page.getOutputStream().write(NO_UPGRADE.getBytes(ISO_8859_1));
        }
      } else {
        pass(page, path, head);
      }
    } catch (IOException e) {
      close(page);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      last = last << 8 | b;
      if (last == 0x0d0a0d0a) {
        return head.toString(ISO_8859_1);
      }
    }
    return "";
  }

  private static void answer(Socket page, Page own) throws IOException {
    byte[] body = own.body.getBytes(UTF_8);
    String head = "HTTP/1.1 200 OK\r\nContent-Type: " + own.type
        + ";charset=utf-8\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n"
        + own.headers + "\r\n";
    try (page) {
      OutputStream out = page.getOutputStream();
      out.write(head.getBytes(ISO_8859_1));
      out.write(body);
      out.flush();
    }
  }

  private void pass(Socket page, String path, String head) throws IOException {
    boolean upgrade = asksForUpgrade(head);
    boolean line = upgrade || head.contains("text/event-stream");
    Tunnel tunnel = new Tunnel(
        path,
        page,
        new Socket(InetAddress.getLoopbackAddress(), server),
        line ? breaksAfter : Long.MAX_VALUE);
    tunnel.server.setTcpNoDelay(true);
    String sent = upgrade
        ? head
        : head.replaceFirst("(?i)\r\nconnection: [^\r]*\r\n", "\r\nConnection: close\r\n");
    tunnel.server.getOutputStream().write(sent.getBytes(ISO_8859_1));
    if (line) {
      tunnels.add(tunnel);
    }
    start("to server, " + path, tunnel::toServer);
    start("to page, " + path, tunnel::toPage);
  }

  private static boolean asksForUpgrade(String head) {
    return head.toLowerCase(Locale.ROOT).contains("\r\nupgrade: websocket\r\n");
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Closeable what) {
    try {
      what.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listener);
    cut();
    unanswered.forEach(Front::close);
  }

  /** One connection of a page, and the one to the server that belongs to it. */
  static final class Tunnel {
    private final String path;
    private final Socket page;
    private final Socket server;
    private volatile boolean stalled;
    private volatile boolean pageEnded;
    private volatile boolean serverEnded;
    private volatile int arrivals;

    /** Touched by the one thread that passes on what comes from the server. */
    private long left;

    private Tunnel(String path, Socket page, Socket server, long breaksAfter) {
      this.path = path;
      this.page = page;
      this.server = server;
      left = breaksAfter;
    }

    /** Returns how many times the server has sent something that got as far as here. */
    int arrivals() {
      return arrivals;
    }

    /** Returns whether the server has let its connection go. */
    boolean serverEnded() {
      return serverEnded;
    }

    private void toServer() {
      pump(page, server);
      pageEnded = true;
      end(server);
    }

    private void toPage() {
      pump(server, page);
      serverEnded = true;
      end(page);
    }

    /**
     * What comes while the line is stalled is lost; the end of one side then stays unknown to the
     * other.
     */
    private void pump(Socket from, Socket to) {
      byte[] bytes = new byte[16 << 10];
      try {
        InputStream in = from.getInputStream();
        for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
          if (from == server) {
            arrivals++; // by this thread alone
          }
          int passing = n;
          if (from == server) {
            passing = (int) Math.min(n, left);
            left -= passing;
          }
          if (!stalled) {
            to.getOutputStream().write(bytes, 0, passing);
          }
          if (passing < n) { // it breaks: both ends are told
            from.close();
            to.shutdownOutput();
            return;
          }
        }
      } catch (IOException e) {
        // Reset, by either side or by cut(): an end like any other.
      }
    }

    private void end(Socket other) {
      try {
        if (pageEnded && serverEnded) {
          page.close();
          server.close();
        } else if (!stalled && !other.isClosed()) {
          other.shutdownOutput();
        }
      } catch (SocketException e) {
        close(other); // was reset
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void cut() {
      Front.close(page);
      Front.close(server);
    }

    @Override
    public String toString() {
      return path
          + (stalled ? " stalled" : "")
          + (pageEnded ? " ended by the page" : "")
          + (serverEnded ? " ended by the server" : "");
    }
  }
}
