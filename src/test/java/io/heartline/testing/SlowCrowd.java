package io.heartline.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Many HTTP clients that have sent the head of a request, and what follows a byte at a time. */
public final class SlowCrowd implements AutoCloseable {
  private static final long BETWEEN_BYTES = 300;

  private final List<Socket> clients = new ArrayList<>();
  private final Thread sender = new Thread(this::send, "slow senders");
  private volatile boolean over;

  private SlowCrowd() {
    sender.setDaemon(true);
  }

  /**
   * Opens them, none of which reads its answer by itself.
   *
   * @param method and what stands in front of the path
   * @param headers whole lines
   */
  public static SlowCrowd open(int count, String method, URI url, String... headers)
      throws IOException {
    SlowCrowd crowd = new SlowCrowd();
    String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    String head = method + " " + path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n"
        + String.join("", List.of(headers).stream().map(line -> line + "\r\n").toList()) + "\r\n";
    for (int i = 0; i < count; i++) {
      Socket client = new Socket();
      crowd.clients.add(client);
      client.setReceiveBufferSize(4 * 1024);
      client.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      client.getOutputStream().write(head.getBytes(US_ASCII));
    }
    return crowd;
  }

  /** From now on each sends a byte now and then. */
  public SlowCrowd drip() {
    sender.start();
    return this;
  }

  private void send() {
    while (!over) {
      for (Socket client : clients) {
        try {
          client.getOutputStream().write(' ');
        } catch (IOException e) {
          continue; // the server has closed it: that is what is waited for
        }
      }
      try {
        Thread.sleep(BETWEEN_BYTES);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Each is answered with this status, and its connection is closed by the server. */
  public void assertAnsweredAndClosed(int status) throws IOException {
    for (Socket client : clients) {
      assertThat(toTheEnd(client)).startsWith("HTTP/1.1 " + status + ' ');
    }
  }

  private static String toTheEnd(Socket client) throws IOException {
    client.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      client.getInputStream().transferTo(answer);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not closed; it was answered: " + answer.toString(US_ASCII), e);
    } catch (SocketException e) {
      return answer.toString(US_ASCII); // closed while a byte of ours was on its way
    }
    return answer.toString(US_ASCII);
  }

  @Override
  public void close() throws IOException {
    over = true;
    sender.interrupt();
    for (Socket client : clients) {
      client.close();
    }
  }
}
