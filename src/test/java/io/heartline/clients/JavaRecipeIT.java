package io.heartline.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.nginx.NginxInFront;
import io.heartline.testing.AskedApplication;
import io.heartline.testing.Network;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the chapter on Java clients misses nothing, and knows when to stay away. */
class JavaRecipeIT {
  private static final String CHANNEL = "public:orders";

  private static final Map<String, Recipe> RECIPES = new LinkedHashMap<>();

  private final Map<String, Diary> diaries = new LinkedHashMap<>();
  private final List<Recipe.Run> runs = new ArrayList<>();

  @TempDir
  Path folder;

  private RunningWar war;
  private Network network;

  @BeforeAll
  static void compile(@TempDir Path compiled) throws IOException {
    List<String> libraries = new ArrayList<>(Libraries.OK_HTTP);
    libraries.add(Libraries.JDK);
    for (String library : libraries) {
      RECIPES.put(library, Recipe.compiled(library, compiled.resolve(library)));
    }
  }

  @BeforeEach
  void start() throws IOException {
    int port = NginxInFront.freePort();
    war = start("war", port);
    network = new Network(port);
  }

  private RunningWar start(String data, int port) throws IOException {
    return RunningWar.start(
        folder.resolve(data),
        "heartline.port=" + port,
        "heartline.beat=1s",
        "heartline.grace=2s",
        "heartline.api.scopes=publish,drain",
        "heartline.drain.window=0s");
  }

  @AfterEach
  void stop() {
    runs.forEach(Recipe.Run::close);
    network.close();
    war.close();
  }

  /** Runs it with each library, each for a user of its own. */
  private void runAll(String... more) throws IOException {
    for (Map.Entry<String, Recipe> recipe : RECIPES.entrySet()) {
      diaries.put(recipe.getKey(), new Diary());
      run(recipe.getKey(), diaries.get(recipe.getKey()), war.guest().cookie(), more);
    }
  }

  private Recipe.Run run(String library, Diary diary, String cookie, String... more)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add("ws://127.0.0.1:" + network.port() + "/heartline/line");
    arguments.add(cookie);
    arguments.addAll(List.of(more));
    Recipe.Run run = RECIPES.get(library).run(diary, arguments.toArray(new String[0]));
    runs.add(run);
    return run;
  }

  private void assertEachSays(String... lines) {
    diaries.forEach((library, diary) -> {
      for (String line : lines) {
        assertThat(diary.next()).as(library).isEqualTo(new Diary.Text(line));
      }
    });
  }

  private void publish(int order) throws IOException {
    war.publish(CHANNEL, String.valueOf(order));
  }

  private HttpRequest.Builder drain() throws IOException {
    return HttpRequest.newBuilder(war.http("api/drain"))
        .timeout(RunningWar.PATIENCE)
        .header("Authorization", "Bearer " + war.key());
  }

  @Test
  void itMissesNothingOverBreaksDrainsAndRestarts() throws IOException {
    runAll();
    assertEachSays("live");
    publish(1);
    publish(2);
    assertEachSays("order 1", "order 2");

    network.refuse(true);
    network.cut();
    publish(3);
    network.refuse(false);
    assertEachSays("live", "order 3");

    HttpResponse<String> drained =
        RunningWar.send(drain().POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(drained.statusCode()).isEqualTo(202);
    publish(4);
    NginxInFront.await("drained", () -> network.connections() == 0);
    RunningWar.send(drain().DELETE());
    assertEachSays("live", "order 4");

    int port = war.port();
    war.stop();
    war = start("war", port);
    publish(5);
    assertEachSays("live", "order 5");

    war.stop();
    war = start("another log", port);
    assertEachSays("load all orders anew", "live");
    publish(6);
    assertEachSays("order 6");
    diaries.values().forEach(Diary::assertNothingMore);
  }

  /** OkHttp's own pings find that out, too, and take longer. */
  @Test
  void aSilentNetworkEndsALineOfTheJdk() throws IOException {
    Diary diary = new Diary();
    run(Libraries.JDK, diary, war.guest().cookie());
    assertThat(diary.next()).isEqualTo(new Diary.Text("live"));
    network.stall();
    publish(1);
    assertThat(diary.next()).isEqualTo(new Diary.Text("live"));
    assertThat(diary.next()).isEqualTo(new Diary.Text("order 1"));
  }

  @Test
  void itStaysAwayWhenToldAndLeavesWhenAsked() throws IOException {
    Map<String, Recipe.Run> newer = new LinkedHashMap<>();
    for (String library : RECIPES.keySet()) {
      String ann = war.guest().cookie();
      diaries.put(library, new Diary());
      run(library, diaries.get(library), ann);
      assertThat(diaries.get(library).next()).as(library).isEqualTo(new Diary.Text("live"));
      Diary diary = new Diary();
      newer.put(library, run(library, diary, ann));
      assertThat(diary.next()).as(library).isEqualTo(new Diary.Text("live"));
    }
    assertEachSays("ended with 4500: a newer line took the seat");
    NginxInFront.await("one line each", () -> network.connections() == RECIPES.size());
    for (Recipe.Run run : newer.values()) {
      run.leave();
    }
    NginxInFront.await("nobody is there", () -> network.connections() == 0);
  }

  @Test
  void whatMayNotBeReadIsTheEnd() throws IOException {
    runAll("the other channel");
    assertEachSays("ended with 4508: you may not read this channel");
  }

  @Test
  void aServerThatAsksForALoginIsTheEnd() throws IOException {
    runAll();
    assertEachSays("live");
    int port = war.port();
    war.stop();
    try (AskedApplication gateway = new AskedApplication(port)) {
      gateway.answers(401, "");
      assertEachSays("ended with 401: the user must log in");
    }
  }
}
