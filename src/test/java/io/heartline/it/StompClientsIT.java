package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The STOMP clients that people use, unmodified: what they hear, say, and get after a break. */
class StompClientsIT {
  private static final String CHANNEL = "public:chat";
  private static final List<String> CLIENTS = List.of(
      "stompjs 7",
      "stompjs 7, binary",
      "stompjs 7, in parts",
      "stompjs 2",
      "stompjs 2, no subprotocol");

  private record Event(String client, String kind, String text) {}

  @GuardedBy("this")
  private final List<Event> events = new ArrayList<>();

  @Test
  void eachHearsAllSaysWhatItMayAndMissesNothing(@TempDir Path folder) throws IOException {
    try (RunningWar war =
            RunningWar.start(folder, "heartline.stomp.send=/app/chat.addUser=" + CHANNEL);
        Network network = new Network(war.port())) {
      Process node = new ProcessBuilder(
              "node",
              "src/test/js/clients/stomp.mjs",
              "ws://127.0.0.1:" + network.port() + "/heartline/stomp",
              "/topic/" + CHANNEL,
              "/app/chat.addUser")
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      try {
        Thread reader = new Thread(() -> read(node), "clients of " + node.pid());
        reader.setDaemon(true);
        reader.start();
        awaitEach(event -> event.equals(new Event(event.client, "receipt", "there")));
        // All greetings are published before the first order is.
        awaitEach(event -> event.text.equals("{\"sender\":\"" + event.client + "\"}"));
        war.publish(CHANNEL, "{\"order\":1,\"text\":\"你好 🐼\"}");
        awaitEach(event -> event.text.equals("{\"order\":1,\"text\":\"你好 🐼\"}"));
        network.refuse(true);
        network.cut();
        war.publish(CHANNEL, "\"missed\"");
        network.refuse(false);
        awaitEach(event -> event.text.equals("missed"));
        war.publish(CHANNEL, "\"last\"");
        awaitEach(event -> event.text.equals("last"));
        assertNothingTwice();
      } finally {
        node.outputWriter().close(); // it ends with its input
      }
      assertThat(war.output()).noneMatch(line -> line.contains("Exception"));
    }
  }

  private synchronized void assertNothingTwice() {
    for (String client : CLIENTS) {
      List<Event> own =
          events.stream().filter(event -> event.client.equals(client)).toList();
      assertThat(own.get(0).text)
          .as("version of %s", client)
          .isEqualTo(client.startsWith("stompjs 2") ? "1.1" : "1.2");
      assertThat(own.stream().filter(event -> event.kind.equals("message")))
          .as("messages of %s", client)
          .doesNotHaveDuplicates()
          .endsWith(
              new Event(client, "message", "{\"order\":1,\"text\":\"你好 🐼\"}"),
              new Event(client, "message", "missed"),
              new Event(client, "message", "last"))
          .contains(new Event(client, "message", "{\"sender\":\"" + client + "\"}"));
      assertThat(own).noneMatch(event -> event.kind.equals("error"));
    }
  }

  private void read(Process node) {
    try (BufferedReader lines = node.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t", 3);
        synchronized (this) {
          events.add(new Event(fields[0], fields[1], fields[2]));
          notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void awaitEach(Predicate<Event> wanted) {
    long deadline = System.nanoTime() + RunningWar.PATIENCE.toNanos();
    while (!CLIENTS.stream()
        .allMatch(client ->
            events.stream().anyMatch(event -> event.client.equals(client) && wanted.test(event)))) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(left).as("time for each client; so far %s", events).isPositive();
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
