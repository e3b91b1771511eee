package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.nginx.Configuration;
import io.heartline.nginx.NginxInFront;
import io.heartline.nginx.SelfSigned;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that begin a request, and say no more, are cut off. Meanwhile all others are served. */
class HalfHeadsIT {
  private static final int CROWD = 200;

  @TempDir
  static Path folder;

  private static RunningWar war;

  @BeforeAll
  static void start() throws IOException {
    war = RunningWar.start(folder.resolve("war"));
  }

  @AfterAll
  static void stop() {
    war.close();
  }

  private static List<Socket> begin(int port, byte[] half) throws IOException {
    List<Socket> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
      socket.getOutputStream().write(half);
      crowd.add(socket);
    }
    return crowd;
  }

  private static void assertCutOff(List<Socket> crowd) throws IOException {
    for (Socket socket : crowd) {
      try (socket) {
        while (socket.getInputStream().read() >= 0) {} // fails if nothing comes, no end either
      } catch (SocketException e) {
        // reset: an end as well
      }
    }
  }

  @Test
  void byTheRunnableWar() throws IOException {
    byte[] half =
        ("GET " + war.base().getPath() + "line HTTP/1.1\r\nHost: x\r\nUpgra").getBytes(ISO_8859_1);
    List<Socket> crowd = begin(war.port(), half);
    assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
    assertCutOff(crowd);
  }

  /** By {@code deploy/nginx/heartline.conf}, here without TLS. */
  @Test
  void byNginx() throws IOException {
    int port = NginxInFront.freePort();
    SelfSigned tls = SelfSigned.make(folder);
    try (NginxInFront ignored = NginxInFront.start(
        folder,
        Configuration.shipped(folder, port, tls, war)
            .with("listen 127.0.0.1:" + port + " ssl;", "listen 127.0.0.1:" + port + ";"),
        port)) {
      List<Socket> crowd =
          begin(port, "GET /heartline/line HTTP/1.1\r\nHost: x\r\nUp".getBytes(ISO_8859_1));
      crowd.addAll(begin(port, "GET ".getBytes(ISO_8859_1)));
      assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
      assertCutOff(crowd);
    }
  }
}
