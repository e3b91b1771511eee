package io.heartline.store.redis;

import static io.heartline.store.redis.SharedNode.await;
import static io.heartline.store.redis.SharedNode.identity;
import static io.heartline.store.redis.SharedNode.seat;
import static io.heartline.store.redis.SharedNode.surely;
import static org.assertj.core.api.Assertions.assertThat;

import io.heartline.engine.Blocks.Whom;
import io.heartline.engine.Bus;
import io.heartline.engine.Seat;
import io.heartline.engine.SeatBook;
import io.heartline.model.Block;
import io.heartline.model.CloseStatus;
import io.heartline.model.User;
import io.heartline.testing.RedisClusterServers;
import io.heartline.testing.RedisSentinels;
import io.heartline.testing.RedisServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Seats, messages between nodes, leases, blocks, tickets and secrets where the primary may change,
 * or a part moves to another server.
 */
class ManyServersTest {
  private static final Whom ANN = new Whom.OneUser(new User("ann"));
  private static final Block FOR_LONG =
      new Block(CloseStatus.BLOCKED, System.currentTimeMillis() + 3_600_000);

  @TempDir
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private SharedNode a;
  private SharedNode b;

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private void nodes(String address, int partitions) throws InterruptedException {
    a = new SharedNode(address, partitions, "a");
    open.add(a);
    b = new SharedNode(address, partitions, "b");
    open.add(b);
  }

  /** Writes one of everything; returns who sits where. */
  private List<Seat> write() throws InterruptedException {
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      seats.add(a.sit("u" + i, "line" + i));
    }
    surely(() -> a.blocks.block(ANN, FOR_LONG));
    surely(() -> a.tickets.put("h1", identity("bob")));
    return seats;
  }

  private void readThere(List<Seat> seats) throws InterruptedException {
    List<CompletionStage<SeatBook.Entry>> read = new ArrayList<>();
    for (int i = 0; i < seats.size(); i++) {
      read.add(b.seats.read(seat("u" + i)));
    }
    for (int i = 0; i < seats.size(); i++) {
      CompletionStage<SeatBook.Entry> one = read.get(i);
      assertThat(surely(() -> one).seat()).as("u%d", i).isEqualTo(seats.get(i));
    }
  }

  /** What was written is there, on both nodes, and each ticket is good once. */
  private void goesOn(List<Seat> seats, String ticket) throws InterruptedException {
    surely(() -> b.seats.read(seat("u0")));
    readThere(seats);
    assertThat(surely(() -> b.blocks.of(ANN))).contains(FOR_LONG);
    assertThat(surely(() -> b.blocks.missed(true))).containsEntry(ANN, FOR_LONG);
    assertThat(surely(() -> b.tickets.take(ticket))).contains(identity("bob"));
    assertThat(surely(() -> a.tickets.take(ticket))).isEmpty();
    assertThat(a.secret.join()).isEqualTo(b.secret.join());
    Seat next = b.sit("u0", "newer");
    assertThat(a.whoSits("u0")).isEqualTo(next);
    seats.set(0, next);
    assertThat(surely(a.bus::look)).containsExactlyInAnyOrder("a", "b");
    assertThat(a.bus.isLeased()).isTrue();
  }

  /** Says something until it is heard: what is said while nobody listens is lost. */
  private static void hears(SharedNode to, SharedNode from, String what)
      throws InterruptedException {
    await(() -> {
      from.bus.send(to.bus.node(), what);
      pause();
      return to.heard.contains(from.bus.node() + ": " + what);
    });
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void afterAFailoverBySentinelsAllGoesOn() throws Exception {
    RedisSentinels servers = RedisSentinels.start(folder);
    open.add(servers);
    nodes(servers.address(), 1);
    List<Seat> seats = write();
    goesOn(seats, "h1");
    hears(b, a, "before");
    surely(() -> a.tickets.put("h2", identity("bob")));
    try (Jedis primary = servers.primary().connect()) {
      primary.getConnection().setSoTimeout(60_000);
      assertThat(primary.waitReplicas(1, 50_000)).isEqualTo(1);
    }
    servers.primary().kill();
    goesOn(seats, "h2");
    await(
        () -> a.doubts.contains(Bus.Doubt.RECONNECTED) && b.doubts.contains(Bus.Doubt.RECONNECTED));
    hears(b, a, "after");
    hears(a, b, "and back");
    assertThat(a.redis.problem()).isEmpty();
  }

  @Test
  void whileAPartMovesAndAfterItAllGoesOn() throws Exception {
    RedisClusterServers servers = RedisClusterServers.start(folder);
    open.add(servers);
    nodes(servers.address(), 1);
    List<Seat> seats = write();
    goesOn(seats, "h1");
    a.bus.send("b", "before");
    await(() -> b.heard.contains("a: before"));
    surely(() -> a.tickets.put("h2", identity("bob")));
    RedisServer to = servers.other("hl:{0}:");
    try (RedisClusterServers.Move move = servers.begin("hl:{0}:", to)) {
      for (String key : List.of("nodes", "seat:line:u0", "seat:line:u7", "blocks", "tickets")) {
        move.take("hl:{0}:" + key);
      }
      a.bus.send("b", "meanwhile");
      a.bus.sendAll("to all");
      await(() -> b.heard.contains("a: meanwhile") && b.heard.contains("a: to all"));
      readThere(seats);
      seats.set(1, b.sit("u1", "newer1")); // it has not gone yet
      seats.set(7, b.sit("u7", "newer7")); // it has gone
      assertThat(a.whoSits("nobody")).isEqualTo(Seat.EMPTY);
      readThere(seats);
      assertThat(surely(() -> b.blocks.of(ANN))).contains(FOR_LONG);
      assertThat(surely(a.bus::look)).containsExactlyInAnyOrder("a", "b");
      move.rest();
      move.end();
    }
    goesOn(seats, "h2");
    await(
        () -> a.doubts.contains(Bus.Doubt.RECONNECTED) && b.doubts.contains(Bus.Doubt.RECONNECTED));
    hears(b, a, "after");
    hears(a, b, "and back");
    assertThat(a.redis.problem()).isEmpty();
    try (Jedis jedis = to.connect()) {
      assertThat(jedis.exists("hl:{0}:nodes")).as("it did move").isTrue();
    }
  }

  /** In many parts, on all servers. */
  @Test
  void onAClusterSeatsAreOnAllServersAndReadTogether() throws Exception {
    RedisClusterServers servers = RedisClusterServers.start(folder);
    open.add(servers);
    nodes(servers.address(), 16);
    List<Seat> seats = write();
    goesOn(seats, "h1");
    surely(() -> a.tickets.put("h2", identity("bob")));
    for (int i = 0; i < 16; i += 3) {
      String key = "hl:{" + i + "}:";
      servers.move(key, servers.other(key));
    }
    goesOn(seats, "h2");
    hears(b, a, "after");
  }
}
