package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.Network;
import io.heartline.testing.NodeClients;
import io.heartline.testing.RunningWar;
import io.heartline.testing.Told;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mini program of the documentation, on a stand-in for a phone, at a real server. */
class MiniProgramIT {
  private static final String CHANNEL = "public:orders";

  @TempDir
  Path folder;

  private static String server(int port) {
    return "ws://127.0.0.1:" + port;
  }

  private static void awaitShown(Told told, String what, String value) {
    told.awaitEach(event -> event.detail().equals(what) && event.text().equals(value));
  }

  private static void awaitState(Told told, String state) {
    awaitShown(told, "state", state);
    told.forget(event -> event.detail().equals("state"));
  }

  @Test
  void hearsEachUpdateOnceThroughHidingBreaksADrainAndARestart() throws IOException {
    Told told = new Told(List.of("phone"));
    RunningWar first = RunningWar.start(folder, "heartline.api.scopes=publish,drain");
    int port = first.port();
    try (Network network = new Network(port);
        NodeClients node = new NodeClients(told, "miniprogram.mjs", server(network.port()))) {
      node.say("phone\topen");
      awaitShown(told, "subscribed", "true");
      first.publish(CHANNEL, "1");
      awaitShown(told, "orders", "[1]");
      told.forget(event -> event.detail().equals("state"));

      node.say("phone\thide");
      // By the script, which does not wait until the platform cuts the line.
      awaitShown(told, "why", "the page is frozen");
      awaitState(told, "waiting");
      first.publish(CHANNEL, "2");
      first.publish(CHANNEL, "3");
      node.say("phone\tshow");
      awaitShown(told, "orders", "[1,2,3]");
      awaitState(told, "live");

      network.cut();
      first.publish(CHANNEL, "4");
      awaitShown(told, "orders", "[1,2,3,4]");
      awaitState(told, "live");

      RunningWar.send(HttpRequest.newBuilder(first.http("api/drain?window=1"))
          .header("Authorization", "Bearer " + first.key())
          .POST(HttpRequest.BodyPublishers.noBody()));
      awaitShown(told, "why", "the server moves its lines");
      first.publish(CHANNEL, "5");
      first.stop();
      told.forget(event -> event.detail().equals("state"));
      try (RunningWar again = RunningWar.start(folder, "heartline.port=" + port)) {
        awaitState(told, "live");
        again.publish(CHANNEL, "6");
        awaitShown(told, "orders", "[1,2,3,4,5,6]");
        assertThat(told.of("phone", event -> event.detail().equals("orders")).stream()
                .map(Told.Event::text))
            .containsExactly(
                "[1]", "[1,2]", "[1,2,3]", "[1,2,3,4]", "[1,2,3,4,5]", "[1,2,3,4,5,6]");
        assertThat(told.of(
                "phone",
                event -> event.detail().equals("subscribed") && !event.text().equals("true")))
            .isEmpty();
      }
    } finally {
      first.close();
    }
  }

  @Test
  void theOlderOfTwoPhonesStopsAndTakesTheSeatBack() throws IOException {
    Told older = new Told(List.of("older"));
    Told newer = new Told(List.of("newer"));
    try (RunningWar war = RunningWar.start(folder);
        NodeClients first = new NodeClients(older, "miniprogram.mjs", server(war.port()));
        NodeClients second = new NodeClients(newer, "miniprogram.mjs", server(war.port()))) {
      String cookie = war.guest().cookie();
      first.say("older\topen\t" + cookie);
      awaitState(older, "live");
      second.say("newer\topen\t" + cookie);
      awaitState(newer, "live");
      awaitState(older, "replaced");
      war.publish(CHANNEL, "1");
      awaitShown(newer, "orders", "[1]");
      first.say("older\thide");
      first.say("older\tshow");
      first.say("older\tuseHere");
      awaitState(newer, "replaced");
      awaitState(older, "live");
      assertThat(older.of("older", event -> event.detail().equals("orders")))
          .as("until it was asked to come back")
          .allMatch(event -> event.text().equals("[1]"));
    }
  }
}
