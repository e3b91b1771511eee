package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Network;
import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  private final Told told = new Told(CLIENTS);

  @Test
  void eachHearsAllSaysWhatItMayAndMissesNothing(@TempDir Path folder) throws IOException {
    try (RunningWar war =
            RunningWar.start(folder, "heartline.stomp.send=/app/chat.addUser=" + CHANNEL);
        Network network = new Network(war.port());
        NodeClients node = new NodeClients(
            told,
            "stomp.mjs",
            "ws://127.0.0.1:" + network.port() + "/heartline/stomp",
            "/topic/" + CHANNEL,
            "/app/chat.addUser")) {
      told.awaitEach(event -> event.detail().equals("receipt") && event.text().equals("there"));
      // All greetings are published before the first order is.
      told.awaitEach(event -> event.text().equals("{\"sender\":\"" + event.client() + "\"}"));
      war.publish(CHANNEL, "{\"order\":1,\"text\":\"你好 🐼\"}");
      told.awaitEach(event -> event.text().equals("{\"order\":1,\"text\":\"你好 🐼\"}"));
      network.refuse(true);
      network.cut();
      war.publish(CHANNEL, "\"missed\"");
      network.refuse(false);
      told.awaitEach(event -> event.text().equals("missed"));
      war.publish(CHANNEL, "\"last\"");
      told.awaitEach(event -> event.text().equals("last"));
      assertNothingTwice();
      assertThat(war.output()).noneMatch(line -> line.contains("Exception"));
    }
  }

  private void assertNothingTwice() {
    for (String client : CLIENTS) {
      List<Told.Event> own = told.of(client, event -> true);
      assertThat(own.get(0).text())
          .as("version of %s", client)
          .isEqualTo(client.startsWith("stompjs 2") ? "1.1" : "1.2");
      assertThat(own.stream().filter(event -> event.detail().equals("message")))
          .as("messages of %s", client)
          .doesNotHaveDuplicates()
          .endsWith(
              new Told.Event(client, "message", "{\"order\":1,\"text\":\"你好 🐼\"}"),
              new Told.Event(client, "message", "missed"),
              new Told.Event(client, "message", "last"))
          .contains(new Told.Event(client, "message", "{\"sender\":\"" + client + "\"}"));
      assertThat(own).noneMatch(event -> event.detail().equals("error"));
    }
  }
}
