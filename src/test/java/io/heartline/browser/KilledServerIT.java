package io.heartline.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.browser.Chromium.Tab;
import io.heartline.testing.RunningWar;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed again and again in the middle of a stream of publications. Whatever its
 * store keeps: nothing comes twice or out of order, and what is missing was told as a gap.
 */
class KilledServerIT {
  private static final String CHANNEL = "public:killed";
  private static final int KILLS = 5;

  @TempDir
  static Path profile;

  @TempDir
  Path folder;

  private static Chromium browser;

  @BeforeAll
  static void start() {
    browser = Chromium.start(profile);
  }

  @AfterAll
  static void stop() {
    browser.close();
  }

  @AfterEach
  void forget() {
    browser.forget();
  }

  @Test
  void aPageWithBothWaysOpenIsToldAllThatIsMissing() throws Exception {
    aPageIsToldAllThatIsMissing(false);
  }

  @Test
  void aPageThatHasOnlyEventsIsToldAllThatIsMissing() throws Exception {
    aPageIsToldAllThatIsMissing(true);
  }

  private void aPageIsToldAllThatIsMissing(boolean refusesUpgrades) throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    RunningWar war = RunningWar.start(folder);
    try (Front front = Pages.on(new Front(war.port()));
        Publisher publisher = new Publisher(war)) {
      front.refuseUpgrades(refusesUpgrades);
      Tab tab = browser.open(front.url(Pages.CLASSIC + "?channel=" + CHANNEL));
      Eventually.await("subscribed", () -> tab.js("return seen.subscribed"), Boolean.TRUE::equals);
      assertThat(tab.js("return line.transport")).isEqualTo(refusesUpgrades ? "sse" : "websocket");
      publisher.start();
      for (int kill = 0; kill < KILLS; kill++) {
        int before = publisher.acknowledged.size();
        Eventually.await("publishing", publisher.acknowledged::size, n -> n >= before + 50);
        Eventually.pause(random.nextInt(200));
        war.kill();
        war = RunningWar.start(folder, "heartline.port=" + war.port());
        Eventually.await("live", () -> tab.js("return line.state"), "live"::equals);
      }
      int before = publisher.acknowledged.size();
      Eventually.await("publishing", publisher.acknowledged::size, n -> n >= before + 50);
      publisher.close();
      int last = publisher.acknowledged.last();
      List<String> story = Eventually.await(
          "all heard", () -> tab.seen("story"), seen -> seen.contains(String.valueOf(last)));
      assertThat(untold(story, publisher.acknowledged)).as("seed " + seed).isEmpty();
      assertThat(tab.seen("gaps").size()).isLessThanOrEqualTo(KILLS);
    } finally {
      war.close();
    }
  }

  /** Returns what is wrong with what a page saw: numbers, and gaps between them. */
  private static List<String> untold(List<String> story, ConcurrentSkipListSet<Integer> published) {
    List<String> wrong = new ArrayList<>();
    int last = 0;
    boolean gap = false;
    for (String what : story) {
      if (what.startsWith("gap ")) {
        gap = true;
        continue;
      }
      int number = Integer.parseInt(what);
      if (number <= last) {
        wrong.add(number + " after " + last);
      } else if (!gap && !published.subSet(last, false, number, false).isEmpty()) {
        wrong.add("between " + last + " and " + number + " without a gap: "
            + published.subSet(last, false, number, false));
      }
      last = number;
      gap = false;
    }
    return wrong;
  }

  /** Publishes 1, 2, 3 ... one at a time, each once, whatever becomes of it. */
  private static final class Publisher implements AutoCloseable {
    final ConcurrentSkipListSet<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final RunningWar war;
    private final Thread thread = new Thread(this::run, "publisher");

    /** @param war one at the address that all its successors will have */
    Publisher(RunningWar war) {
      this.war = war;
    }

    void start() {
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      while (!over.get()) {
        int number = next.incrementAndGet();
        try {
          HttpResponse<String> answer =
              war.publish("{\"channel\":\"" + CHANNEL + "\",\"data\":" + number + "}");
          if (answer.statusCode() == 200) {
            acknowledged.add(number);
          }
        } catch (
            IOException e) { // killed: whether it was taken is unknown, and it is not tried again
          Eventually.pause(20);
        }
      }
    }

    @Override
    public void close() throws InterruptedException {
      over.set(true);
      thread.join();
    }
  }
}
