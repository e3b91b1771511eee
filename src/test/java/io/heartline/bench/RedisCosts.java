package io.heartline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.engine.SeatBook;
import io.heartline.engine.SeatKey;
import io.heartline.model.User;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisOptions;
import io.heartline.store.redis.seats.RedisSeatBook;
import io.heartline.testing.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

/**
 * What Redis's processor spends on each of our scripts, and what each thing takes of its memory, on
 * a {@code redis-server} of its own. Includes what reading and writing the sockets costs.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.heartline.bench.RedisCosts \
 *     -Dexec.args=50000
 * </pre>
 *
 * Argument: how often each is called.
 */
public final class RedisCosts {
  private static final int TOGETHER = 16;
  private static final String DATA = "\"" + "x".repeat(148) + '"';
  private static final String LIFE = "life";
  private static final List<String> SHARED =
      List.of("hl:{0}all", "hl:{0}names", "hl:{0}old", "hl:{0}ids", "hl:{0}idq");

  private final RedisServer server;
  private final Jedis jedis;
  private final int calls;
  private long now = System.currentTimeMillis() * 1000;

  private RedisCosts(RedisServer server, int calls) {
    this.server = server;
    this.calls = calls;
    jedis = server.connect();
  }

  public static void main(String[] args) throws IOException {
    int calls = args.length > 0 ? Integer.parseInt(args[0]) : 50_000;
    Path folder = Files.createTempDirectory("costs");
    try (RedisServer server = RedisServer.start(
        folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec")) {
      new RedisCosts(server, calls).run();
    }
  }

  private void run() throws IOException {
    String publish = load("log/common.lua", "log/publish.lua");
    String read = load("log/common.lua", "log/read.lua");
    String heads = load("log/common.lua", "log/heads.lua");
    String seat = load("seats/read.lua");
    String replace = load("seats/replace.lua");
    String lease = load("nodes/lease.lua");

    cost("publish, no id", publish, i -> publication("c" + i % 1000, 1, false, i));
    cost("publish, with an id", publish, i -> publication("c" + i % 1000, 1, true, i));
    cost("publish, 16 with ids in a group", publish, i -> publication("g", 16, true, i));
    for (int nodes : new int[] {1, 10, 50, 100}) {
      List<Socket> listeners = listen(nodes, "hl:{0}h:many");
      cost(
          "publish, with an id, " + nodes + " nodes listen",
          publish,
          i -> publication("many", 1, true, i));
      for (Socket listener : listeners) {
        listener.close();
      }
    }
    cost("open a channel, nothing missed", read, i -> reading("c" + i % 1000, "1000000"));
    long head = 20;
    for (int i = 0; i < head; i++) {
      call(publish, publication("missed", 1, false, i));
    }
    cost("open a channel, 10 missed", read, i -> reading("missed", "10"));
    cost("check the positions of 100 channels", heads, i -> {
      List<String> keys = new ArrayList<>(List.of(SHARED.get(0)));
      for (int c = 0; c < 100; c++) {
        keys.add("hl:{0}c:c" + c);
      }
      return new Call(keys, List.of(LIFE));
    });
    cost("read a seat", seat, i -> new Call(List.of(seat(i)), List.of("1 s", "86400000")));
    cost("read 128 seats together", seat, i -> {
      List<String> keys = new ArrayList<>();
      for (int n = 0; n < 128; n++) {
        keys.add("hl:{0}seat:line:user" + n);
      }
      return new Call(keys, List.of("1 s", "86400000"));
    });
    String text = "1 s " + "x".repeat(120);
    cost(
        "take a seat",
        replace,
        i -> new Call(
            List.of(seat(i)),
            List.of("", text, "86400000", String.valueOf(System.currentTimeMillis()), "30000")));
    cost("renew a lease, 100 nodes", lease, i -> {
      return new Call(List.of("hl:{n}leases"), List.of("node" + i % 100, "15000"));
    });
    lookAtSeats();
    memory("a seat", 100_000, (pipeline, n) -> pipeline.set("hl:{s1}mem:" + n, text));
    memory("a channel with one publication of 150 B", 20_000, (pipeline, n) -> {
      Call call = publication("mem" + n, 1, false, n);
      pipeline.evalsha(publish, call.keys(), call.args());
    });
    memory("a publication of 150 B more", 100_000, (pipeline, n) -> {
      Call call = publication("mem0", 1, false, n);
      pipeline.evalsha(publish, call.keys(), call.args());
    });
    long before = used();
    List<Socket> one = listen(1, "none");
    for (int from = 0; from < 100_000; from += 500) {
      StringBuilder command = new StringBuilder("SUBSCRIBE");
      for (int i = from; i < from + 500; i++) {
        command.append(" hl:{0}h:user:").append(i);
      }
      say(one.get(0), command.toString());
    }
    jedis.ping();
    while (jedis.pubsubChannels("hl:{0}h:user:99999").isEmpty()) {
      Thread.onSpinWait();
    }
    System.out.printf(
        "%-48s %8.0f B%n", "a channel that a node listens to", (used() - before) / 1e5);
  }

  /** A node looks at all its seats after a reconnect, as its watch does: so many at a time. */
  private void lookAtSeats() {
    int many = 10_000;
    Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        new RedisOptions(null, "look:", "costs", 1, Duration.ofSeconds(2), 4, many),
        System::nanoTime,
        Thread::new);
    SeatBook book = new RedisSeatBook(redis);
    try (Pipeline pipeline = jedis.pipelined()) {
      for (int i = 0; i < many; i++) {
        String text = "1 taken 5 0 0 0 \nsits 5 some-node some-line-" + i + " =instance";
        pipeline.set("look:{0}:seat:line:user" + i, text, new SetParams().ex(86_400));
      }
    }
    for (int round = 0; round < 5; round++) { // the first ones warm up
      Semaphore free = new Semaphore(512);
      double cpu = cpu();
      long began = System.nanoTime();
      for (int i = 0; i < many; i++) {
        free.acquireUninterruptibly();
        book.read(new SeatKey("line", new User("user" + i)))
            .whenComplete((entry, failure) -> free.release());
      }
      free.acquireUninterruptibly(512);
      System.out.printf(
          "%-48s %8.0f ms, of Redis's processor %.1f ms%n",
          "a node looks at 10,000 seats", (System.nanoTime() - began) / 1e6, (cpu() - cpu) * 1e3);
    }
    redis.close();
  }

  private record Call(List<String> keys, List<String> args) {}

  private static String seat(int i) {
    return "hl:{s" + i % 16 + "}seat:line:user" + i;
  }

  private Call publication(String channel, int drafts, boolean ids, int i) {
    now += 20;
    List<String> args = new ArrayList<>(List.of(
        "hl:{0}",
        String.valueOf(now),
        LIFE,
        "1000000",
        String.valueOf(1L << 30),
        "250000",
        "3600000000",
        "NUMSUB",
        "PUBLISH",
        "1",
        channel,
        channel.startsWith("mem") ? "1000000" : "1000",
        "86400000000",
        String.valueOf(64 << 20),
        "1",
        DATA,
        String.valueOf(drafts)));
    for (int d = 0; d < drafts; d++) {
      args.addAll(List.of("1", "1", ids ? "%s-%d-%d-%d".formatted(channel, i, d, now) : "", "1"));
    }
    return new Call(SHARED, args);
  }

  private static Call reading(String channel, String after) {
    return new Call(
        List.of("hl:{0}all", "hl:{0}names", "hl:{0}c:" + channel, "hl:{0}l:" + channel),
        List.of(channel, LIFE, after, "0"));
  }

  private String load(String... names) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      try (InputStream in =
          RedisCosts.class.getResourceAsStream("/io/heartline/store/redis/" + name)) {
        if (in == null) {
          throw new IOException("no script " + name);
        }
        text.append(new String(in.readAllBytes(), UTF_8));
      }
    }
    return jedis.scriptLoad(text.toString());
  }

  private void call(String script, Call call) {
    jedis.evalsha(script, call.keys(), call.args());
  }

  private void cost(String what, String script, IntFunction<Call> call) {
    call(script, call.apply(0));
    double before = cpu();
    for (int i = 0; i < calls; i += TOGETHER) {
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int j = i; j < i + TOGETHER; j++) {
          Call one = call.apply(j);
          pipeline.evalsha(script, one.keys(), one.args());
        }
      }
    }
    System.out.printf("%-48s %8.1f us%n", what, (cpu() - before) * 1e6 / calls);
  }

  private void memory(String what, int many, BiConsumer<Pipeline, Integer> each) {
    long before = used();
    for (int i = 0; i < many; i += 100) {
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int j = i; j < i + 100; j++) {
          each.accept(pipeline, j);
        }
      }
    }
    System.out.printf("%-48s %8.0f B%n", what, (used() - before) / (double) many);
  }

  /** Returns how long Redis's processor has worked, in seconds. */
  private double cpu() {
    Map<String, String> info = info("cpu");
    return Double.parseDouble(info.get("used_cpu_user"))
        + Double.parseDouble(info.get("used_cpu_sys"));
  }

  private long used() {
    return Long.parseLong(info("memory").get("used_memory"));
  }

  private Map<String, String> info(String section) {
    Map<String, String> info = new TreeMap<>();
    for (String line : jedis.info(section).split("\r\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        info.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return info;
  }

  /** Opens connections that listen to a channel, and throw away what they hear. */
  private List<Socket> listen(int many, String channel) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Socket socket = new Socket("127.0.0.1", server.port());
      say(socket, "SUBSCRIBE " + channel);
      Thread reader = new Thread(() -> {
        byte[] chunk = new byte[65_536];
        try (InputStream in = socket.getInputStream()) {
          while (in.read(chunk) >= 0) {
            Thread.onSpinWait();
          }
        } catch (IOException e) {
          return; // closed
        }
      });
      reader.setDaemon(true);
      reader.start();
      sockets.add(socket);
    }
    while (jedis.pubsubNumSub(channel).get(channel) < many) {
      Thread.onSpinWait();
    }
    return sockets;
  }

  private static void say(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
  }
}
