package io.heartline.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.testing.RawSocketClient;
import io.heartline.testing.RunningWar;
import io.heartline.testing.WebSocketRecorder;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who reads the same history again and again costs a little, and others nothing. */
class CatchUpIT {
  private static final int STRANGERS = 20;
  private static final int NEWS = 300;
  private static final long KIB = 1024;

  /** What a write may carry beyond what is allowed. */
  private static final long A_TURN = 128 * KIB;

  @TempDir
  Path folder;

  /** Subscribes, reads all that comes, unsubscribes and begins again. */
  private static final class Stranger implements AutoCloseable {
    private static final String AGAIN =
        "{\"unsubscribe\":\"public:old\"}\n" + "{\"subscribe\":\"public:old\",\"last\":1000}";

    private final RawSocketClient line;
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private final Thread reader = new Thread(this::read);
    private final Thread speaker = new Thread(this::speak);
    private volatile boolean over;

    Stranger(RunningWar war) throws IOException {
      line = RawSocketClient.openPage(war.door("line"), 0);
      line.text("{\"hello\":{}}");
      reader.start();
      speaker.start();
    }

    private void read() {
      try {
        for (int read = 0; read >= 0; read = line.drain(64 * 1024)) {
          out.addAndGet(read);
        }
      } catch (IOException e) {
        assertThat(over).as("%s", e).isTrue();
      }
    }

    private void speak() {
      try {
        while (!over) {
          line.text(AGAIN);
          in.addAndGet(AGAIN.length());
          Thread.sleep(50); // enough to have read all of it, if nothing held it back
        }
      } catch (SocketException e) {
        assertThat(over).as("%s", e).isTrue();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() throws IOException {
      over = true;
      line.close();
    }

    void await() throws InterruptedException {
      reader.join();
      speaker.join();
    }
  }

  @Test
  void whoReadsItAgainAndAgainGetsLittleAndOthersGetAll() throws Exception {
    try (RunningWar war = RunningWar.start(
        folder,
        "heartline.catch-up=256KiB/1MiB",
        "heartline.catch-up.line=64KiB",
        "heartline.api.body=1MiB")) {
      String old = '"' + "x".repeat(70_000) + '"';
      for (int i = 0; i < 100; i++) {
        war.publish("public:old", old);
      }
      WebSocketRecorder page = WebSocketRecorder.page(war.door("line"));
      page.send("{\"subscribe\":\"public:news\"}");
      assertThat(page.object()).startsWith("{\"welcome\"");
      assertThat(page.object()).startsWith("{\"subscribed\"");

      long began = System.nanoTime();
      List<Stranger> strangers = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        strangers.add(new Stranger(war));
      }
      for (int i = 1; i <= NEWS; i++) {
        war.publish("public:news", String.valueOf(i));
        assertThat(page.object()).contains("\"offset\":" + i + ",").endsWith("\"data\":" + i + "}");
      }
      for (Stranger stranger : strangers) {
        stranger.close();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      long in = 0;
      long out = 0;
      for (Stranger stranger : strangers) {
        stranger.await();
        in += stranger.in.get();
        out += stranger.out.get();
      }
      System.out.printf(
          "%d lines asked with %d bytes for 7 MB each time and got %d in %.1f s%n",
          STRANGERS, in, out, seconds);
      double allowed = STRANGERS * (64 * KIB + A_TURN) + 1024 * KIB + 256 * KIB * seconds;
      // Each request is answered, and each line welcomed.
      assertThat((double) out).isLessThan(allowed + STRANGERS * 1000 + 4.0 * in);
      page.assertPageLives();
      page.leave();
    }
  }
}
