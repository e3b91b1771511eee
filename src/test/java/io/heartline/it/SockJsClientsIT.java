package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Network;
import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.RunningWar.Guest;
import io.heartline.testing.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SockJS client that people use, on each of its transports, bare and with STOMP inside. */
class SockJsClientsIT {
  private static final String CHANNEL = "public:chat";
  private static final List<String> TRANSPORTS =
      List.of("websocket", "xhr-streaming", "eventsource", "xhr-polling");
  private static final int MANY = 60;

  /** What some transport has to escape, or some client decodes. */
  private static final String SPECIAL = " 100%25 % </script> 你好 🐼 \u2028";

  private static List<String> clients(String... kinds) {
    return Stream.of(kinds)
        .flatMap(kind -> TRANSPORTS.stream().map(transport -> kind + ", " + transport))
        .toList();
  }

  @Test
  void eachHearsAllInOrderOverABreakAndARestart(@TempDir Path folder) throws IOException {
    List<String> stomp = clients("stompjs 2", "stompjs 7");
    Told told = new Told(clients("bare", "stompjs 2", "stompjs 7"));
    String send = "heartline.stomp.send=/app/chat.addUser=" + CHANNEL;
    RunningWar war = RunningWar.start(folder, send, "heartline.beat=1s");
    try (Network network = new Network(war.port());
        NodeClients node = new NodeClients(
            told,
            "sockjs.mjs",
            "http://127.0.0.1:" + network.port() + "/heartline",
            war.http("sockjs/updatewebsocket").toString(),
            "/topic/" + CHANNEL,
            "/app/chat.addUser")) {
      told.awaitEach(
          event -> event.detail().equals("open") && event.client().endsWith(", " + event.text()));
      // All greetings are published before the first order is.
      told.awaitEach(event -> event.client().startsWith("bare") || isGreeting(event));
      told.awaitEach(event -> event.detail().equals("beat"));
      told.forget(event -> true);

      for (int i = 0; i < MANY; i++) {
        publish(war, "\"" + i + SPECIAL + "\"");
      }
      publish(war, "\"sent\"");
      awaitMessage(told, "sent");
      network.refuse(true);
      network.cut();
      publish(war, "\"missed\"");
      network.refuse(false);
      awaitMessage(told, "missed");

      int port = war.port();
      war.stop();
      told.forget(event -> event.detail().equals("open"));
      war = RunningWar.start(folder, send, "heartline.beat=1s", "heartline.port=" + port);
      war.publish(CHANNEL, "\"early\""); // the bare ones do not read it
      told.awaitEach(event -> event.detail().equals("open"));
      publish(war, "\"restarted\"");
      awaitMessage(told, "restarted");

      List<String> orders = IntStream.range(0, MANY).mapToObj(i -> i + SPECIAL).toList();
      for (String client : clients("bare", "stompjs 2", "stompjs 7")) {
        List<String> wanted = new ArrayList<>(orders);
        wanted.addAll(List.of("sent", "missed"));
        if (stomp.contains(client)) {
          wanted.add("early");
        }
        wanted.add("restarted");
        assertThat(told.of(client, event -> event.detail().equals("message")))
            .as(client)
            .filteredOn(event -> !event.text().startsWith("{\"sender\":"))
            .extracting(Told.Event::text)
            .isEqualTo(wanted);
        assertThat(told.of(client, event -> List.of("gap", "error").contains(event.detail())))
            .isEmpty();
      }
      assertThat(war.output()).noneMatch(line -> line.contains("Exception"));
    } finally {
      war.close();
    }
  }

  private static boolean isGreeting(Told.Event event) {
    return event.text().equals("{\"sender\":\"" + event.client() + "\"}");
  }

  /** To those of STOMP and, by another channel, to the bare ones. */
  private static void publish(RunningWar war, String data) throws IOException {
    war.publish(CHANNEL, data);
    war.publish("updates", data);
  }

  private static void awaitMessage(Told told, String text) {
    told.awaitEach(event -> event.detail().equals("message") && event.text().equals(text));
  }

  @Test
  void theNewestOfAUserTakesTheSeatAndTheOtherIsToldToStayAway(@TempDir Path folder)
      throws IOException {
    Told told = new Told(clients("older", "newer"));
    try (RunningWar war = RunningWar.start(folder)) {
      List<Guest> guests = new ArrayList<>();
      for (int i = 0; i < TRANSPORTS.size(); i++) {
        guests.add(war.guest());
      }
      List<String> arguments =
          new ArrayList<>(List.of(war.http("sockjs/user-channel").toString()));
      guests.forEach(guest -> arguments.add(guest.cookie()));
      try (NodeClients node =
          new NodeClients(told, "sockjs-seats.mjs", arguments.toArray(new String[0]))) {
        told.awaitEach(event -> event.detail().equals("open"));
        told.awaitEach(
            event -> event.client().startsWith("newer") || event.detail().equals("closed"));
        for (Guest guest : guests) {
          war.publish("user:" + guest.user(), "\"for you\"");
        }
        told.awaitEach(
            event -> event.client().startsWith("older") || event.text().equals("for you"));
        for (String transport : TRANSPORTS) {
          assertThat(told.of("older, " + transport, event -> !event.detail().equals("open")))
              .singleElement()
              .satisfies(event -> assertThat(event.text()).startsWith("4500 ").endsWith(" true"));
        }
      }
    }
  }
}
