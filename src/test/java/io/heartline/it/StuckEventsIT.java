package io.heartline.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.EventStream;
import io.heartline.testing.Json;
import io.heartline.testing.RunningWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that nobody reads cost a socket each, and no thread. */
class StuckEventsIT {
  /** More than Tomcat has threads (200): if each held one, nobody would be answered. */
  private static final int STUCK = 250;

  private static final int FLOOD = 30;
  private static final String FILLING = "x".repeat(100_000);

  @TempDir
  Path folder;

  /** Asks for a stream and reads nothing of it. HTTP/1.0: what comes is not in chunks. */
  private static Socket ask(RunningWar war, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 * 1024);
    socket.setSoTimeout((int) RunningWar.PATIENCE.toMillis());
    socket.connect(new InetSocketAddress("127.0.0.1", war.port()));
    socket
        .getOutputStream()
        .write(("GET " + war.http(path).getRawPath() + "?" + war.http(path).getRawQuery()
                + " HTTP/1.0\r\nHost: 127.0.0.1:" + war.port() + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    return socket;
  }

  private static void flood(RunningWar war) throws IOException {
    for (int i = 1; i <= FLOOD; i++) {
      war.publish("public:flood", "\"" + FILLING + "\"");
    }
  }

  @Test
  void theyHoldNoThreadWhileTheyStandNorWhenTheyAreGivenUp() throws IOException {
    List<Socket> stuck = new ArrayList<>();
    try (RunningWar war = RunningWar.start(folder, "heartline.no-progress=2s");
        EventStream reader = EventStream.open(war.http("events?channels=updates"))) {
      for (int i = 0; i < STUCK; i++) {
        stuck.add(ask(war, "events?channels=public:flood"));
      }
      reader.object();
      reader.object();
      flood(war);
      // Through the moments at which they are given up, the others are served.
      for (int i = 0; i < 300; i++) {
        war.publish("updates", String.valueOf(i));
        assertThat(reader.telling()).endsWith("\"data\":" + i + "}");
        assertThat(war.get("health/ready").statusCode()).isEqualTo(200);
        pause();
      }
      for (Socket socket : stuck) {
        assertThat(drained(socket)).isLessThan(FLOOD * FILLING.length());
      }
    } finally {
      for (Socket socket : stuck) {
        socket.close();
      }
    }
  }

  /** Reads to the end, which the server has made. Returns how many bytes there were. */
  private static long drained(Socket socket) throws IOException {
    try {
      return socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (java.net.SocketException e) { // reset: an end, too
      return 0;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatReadsAgainGoesOnWithoutHoleOrIsToldTheGap() throws IOException {
    try (RunningWar war = RunningWar.start(
            folder,
            "heartline.no-progress=1h",
            "heartline.retain.bytes=1MiB",
            "heartline.beat=1h");
        Socket socket = ask(war, "events?channels=public:flood");
        BufferedReader in = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024)) {
      while (!in.readLine().startsWith("data: {\"subscribed\"")) {
        assertThat(socket.isClosed()).isFalse();
      }
      flood(war);
      int last = 0;
      int gaps = 0;
      while (last < FLOOD) {
        String line = in.readLine();
        assertThat(line).isNotNull();
        if (line.startsWith("data: {\"gap\"")) {
          assertThat(Json.field(line, "reason")).isEqualTo("trimmed");
          last = Integer.parseInt(Json.field(line, "position").split(":")[1]);
          gaps++;
        } else if (line.startsWith("data: ")) {
          assertThat(Integer.parseInt(Json.field(line, "offset"))).isEqualTo(++last);
        }
      }
      assertThat(gaps).isBetween(1, FLOOD);
    }
  }
}
