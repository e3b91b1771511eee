package io.heartline.testing;

import static io.heartline.testing.RawSocketClient.PING;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients that reset their connections while a server writes to them, in several states. */
public final class ResettingCrowd {
  private static final int ROUNDS = 4;
  private static final int CLIENTS = 60;

  /** Sizes of publications: many in one write, and more than a socket holds. */
  private static final int[] SIZES = {300, 3_000, 60_000, 200_000};

  private ResettingCrowd() {}

  /**
   * Has them come and go while the server publishes.
   *
   * @param door of which they read the channel {@code updates}
   */
  public static void comeAndGo(URI door, Flood.Publisher server) throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> feed = CompletableFuture.runAsync(() -> feed(server, enough));
    try {
      for (int round = 0; round < ROUNDS; round++) {
        resetAll(door, round % 2 == 0);
      }
    } finally {
      enough.set(true);
    }
    feed.join();
  }

  private static void feed(Flood.Publisher server, AtomicBoolean enough) {
    try {
      for (int i = 0; !enough.get(); i++) {
        server.publish("updates", '"' + "x".repeat(SIZES[i % SIZES.length]) + '"');
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void resetAll(URI door, boolean pinging) throws IOException {
    List<RawSocketClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(RawSocketClient.open(door, 4 * 1024));
    }
    for (RawSocketClient client : clients) {
      try {
        if (pinging) {
          client.frame(true, PING);
        } else {
          client.drain(1_000);
        }
      } catch (IOException e) {
        // The server has given it up.
      }
      client.reset();
    }
  }
}
