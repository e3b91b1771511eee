package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Told;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * websocket-heartbeat-js and websocket-heartbeat-miniprogram, unmodified, at the raw doors: what
 * they send by default is answered, and an update arrives between the answers.
 */
class HeartCheckClientsIT {
  private static final List<String> DOORS = List.of("updatewebsocket", "ws/user-channel", "wss");
  private static final List<String> CLIENTS = DOORS.stream()
      .flatMap(door -> Stream.of("page at " + door, "phone at " + door))
      .toList();

  /** More than a library sends while it still waits for the first. */
  private static final int BEATS = 3;

  private static final Predicate<Told.Event> ANSWER = event -> event.text().equals("HeartBeat");

  @Test
  void stayOpenByTheirOwnBeatsAndHearUpdates(@TempDir Path folder) throws IOException {
    Told told = new Told(CLIENTS);
    String[] arguments = Stream.concat(Stream.of(""), DOORS.stream()).toArray(String[]::new);
    try (RunningWar war = RunningWar.start(folder)) {
      arguments[0] = "ws://127.0.0.1:" + war.port();
      try (NodeClients node = new NodeClients(told, "heartchecks.mjs", arguments)) {
        told.awaitEach(event -> told.of(event.client(), ANSWER).size() >= BEATS);
        war.publish("updates", "\"news\"");
        told.awaitEach(event -> event.text().equals("news"));
        for (String client : CLIENTS) {
          assertThat(told.of(client, event -> event.detail().equals("lost")))
              .as("reconnects of %s", client)
              .isEmpty();
        }
      }
    }
  }
}
