package io.heartline.store.redis;

import io.heartline.model.OneLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Looks at a Redis before it is used: whether it lets us do what we do, whether it can do it, and
 * whether the keys there are ours.
 */
final class RedisCheck {
  /** The version of how keys are laid out. */
  private static final String LAYOUT = "1";

  private static final Script ABOUT = Script.beside(RedisCheck.class, "about.lua");
  private static final Script TRY = Script.beside(RedisCheck.class, "try.lua");

  /** How far apart the clocks of a node and of Redis may be. */
  private static final Duration CLOCKS = Duration.ofSeconds(2);

  /** How many pages of keys are looked through for those of others. */
  private static final int PAGES = 20;

  private final RedisAddress address;
  private final RedisOptions options;
  private final Servers servers;
  private final Refusals refusals;

  /** Microseconds since 1970; null if the clocks are not compared. */
  private final @Nullable LongSupplier epochMicros;

  /** What was found. */
  record Found(@Nullable Problem problem, List<String> warnings) {}

  RedisCheck(
      RedisAddress address,
      RedisOptions options,
      Servers servers,
      @Nullable LongSupplier epochMicros) {
    this.address = address;
    this.options = options;
    this.servers = servers;
    this.epochMicros = epochMicros;
    refusals = new Refusals(address, options);
  }

  /**
   * Looks. Blocks.
   *
   * @throws JedisException if Redis does not answer
   */
  Found look(Deadline deadline) {
    List<String> warnings = new ArrayList<>();
    String[] step = {"log in"}; // what is asked for now
    try {
      Problem problem = look(deadline, step, warnings);
      return new Found(problem, warnings);
    } catch (JedisDataException e) {
      return new Found(refusals.explain(e, step[0]), warnings);
    } catch (JedisException e) {
      if (Causes.isCertificate(e)) {
        return new Found(notTrusted(e), warnings);
      }
      throw e;
    }
  }

  private @Nullable Problem look(Deadline deadline, String[] step, List<String> warnings) {
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < options.partitions(); i++) {
      keys.add(Bytes.of(options.keys(i)));
    }
    Set<HostAndPort> places = servers.of(keys, deadline);
    step[0] = "use INFO";
    for (HostAndPort place : places) {
      Problem problem = lookAt(place, deadline, warnings);
      if (problem != null) {
        return problem;
      }
    }
    step[0] = "run scripts (EVAL, EVALSHA) on keys that begin with " + options.prefix();
    Problem problem = whose(deadline, step);
    if (problem != null) {
      return problem;
    }
    String name = options.keys(0) + "try";
    step[0] = "write, publish, and use TIME and PUBSUB, by EVALSHA with names that begin with "
        + options.prefix();
    long drift = tryOut(name, deadline);
    if (Math.abs(drift) > CLOCKS.toNanos() / 1000) {
      warnings.add("the clock of this machine is " + Math.abs(drift) / 1_000_000 + " s "
          + (drift > 0 ? "ahead of" : "behind") + " that of Redis at " + address
          + ": what is published here has the wrong time, and is kept for too long or too short;"
          + " let NTP set both");
    }
    step[0] = "subscribe to names that begin with " + options.prefix();
    listen(name, deadline);
    return null;
  }

  private @Nullable Problem lookAt(HostAndPort place, Deadline deadline, List<String> warnings) {
    ServerInfo info;
    try {
      info = servers.askAt(
          place, deadline, link -> ServerInfo.parse(link.ask(Command.INFO, new byte[0][])));
    } catch (JedisConnectionException e) {
      if (servers.sharded()) {
        return null; // the others have their parts
      }
      throw e;
    }
    if (info.mode().equals("sentinel")) {
      return lasting("heartline.redis must begin with redis-sentinel:// and end in the name of the"
          + " primary: the server at " + place + " is a sentinel");
    }
    if (info.mode().equals("cluster") && !servers.sharded()) {
      return lasting("heartline.redis must begin with redis-cluster://: the server at " + place
          + " is one of a Redis Cluster");
    }
    if (servers.sharded() ? info.isOlderThan(7, 0) : info.isOlderThan(6, 2)) {
      return lasting("heartline.redis must name Redis "
          + (servers.sharded() ? "7.0 or newer for redis-cluster://" : "6.2 or newer")
          + ", or Valkey: the server at " + place + " is version " + info.version());
    }
    if (info.isReplica()) {
      return new Problem(
          "heartline.redis must name the primary, or sentinels (redis-sentinel://): the server at "
              + place + " is a replica",
          false); // it may be promoted
    }
    if (!info.evictionPolicy().isEmpty()
        && !info.evictionPolicy().equals("noeviction")
        && info.maxMemory() > 0) {
      warnings.add("Redis at " + place + " has maxmemory-policy " + info.evictionPolicy()
          + ": when its memory is full it throws channels and seats away, and pages have gaps;"
          + " set it to noeviction");
    }
    return null;
  }

  /** Returns a problem if the keys with our prefix are not this cluster's. */
  private @Nullable Problem whose(Deadline deadline, String[] step) {
    List<String> about = about("", deadline);
    if (about.equals(List.of("none"))) {
      String doing = step[0];
      step[0] = "use SCAN";
      Problem foreign = foreign(deadline);
      if (foreign != null) {
        return foreign;
      }
      step[0] = doing;
      about = about(LAYOUT, deadline);
    }
    String at = options.prefix() + "about, in Redis at " + address;
    if (about.size() == 1) {
      return lasting("heartline.redis.prefix must be one that nobody else uses: " + at + ", is a "
          + about.get(0) + " and not ours");
    }
    if (!about.get(0).equals(LAYOUT)) {
      return lasting("heartline.redis.prefix must be another one, or the version of Heartline: "
          + at + ", has keys with layout " + quoted(about.get(0)) + ", this version has " + LAYOUT);
    }
    if (!about.get(1).equals(options.cluster())) {
      return lasting("heartline.redis.prefix must be another one, or heartline.cluster the same: "
          + at + ", is for the cluster " + quoted(about.get(1)) + ", this node is of "
          + options.cluster());
    }
    if (!about.get(2).equals(Integer.toString(options.partitions()))) {
      return lasting("heartline.redis.partitions must be the same for all nodes: " + at + ", has "
          + quoted(about.get(2)) + ", this node has " + options.partitions());
    }
    return null;
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private List<String> about(String layout, Deadline deadline) {
    List<byte[]> args =
        List.of(Bytes.of(layout), Bytes.of(options.cluster()), Bytes.of(options.partitions()));
    String key = options.prefix() + "about";
    Object answer =
        servers.ask(Bytes.of(key), deadline, link -> link.runText(ABOUT, List.of(key), args));
    List<String> texts = new ArrayList<>();
    for (Object part : (List<?>) answer) {
      texts.add(Bytes.text(part));
    }
    return texts;
  }

  /**
   * If nobody has said whose the keys are, those that are there must look like ours. A node that
   * starts at the same time may say it meanwhile.
   */
  private @Nullable Problem foreign(Deadline deadline) {
    Pattern ours = Pattern.compile(Pattern.quote(options.prefix()) + "(\\{[0-9a-z]+}:.*|about)");
    for (HostAndPort place : servers.of(List.of(Bytes.of(options.keys(0))), deadline)) {
      String cursor = "0";
      for (int page = 0; page < PAGES; page++) {
        String from = cursor;
        List<?> answer = (List<?>) servers.askAt(
            place,
            deadline,
            link -> link.ask(Command.SCAN, from, "MATCH", glob() + "*", "COUNT", "1000"));
        for (Object key : (List<?>) answer.get(1)) {
          if (!ours.matcher(Bytes.text(key)).matches()) {
            return lasting("heartline.redis.prefix must be one that nobody else uses: Redis at "
                + address + " has " + OneLine.of(Bytes.text(key)));
          }
        }
        cursor = Bytes.text(answer.get(0));
        if (cursor.equals("0")) {
          break;
        }
      }
    }
    return null;
  }

  /** Returns the prefix as a pattern of Redis. */
  private String glob() {
    return options.prefix().replaceAll("[\\\\*?\\[\\]^]", "\\\\$0");
  }

  /** Returns by how many microseconds our clock is ahead, as far as the way lets us know. */
  private long tryOut(String name, Deadline deadline) {
    List<byte[]> args = List.of(servers.publish(), servers.listeners());
    long before = epochMicros == null ? 0 : epochMicros.getAsLong();
    List<?> time =
        (List<?>) servers.ask(Bytes.of(name), deadline, link -> link.run(TRY, List.of(name), args));
    if (epochMicros == null) {
      return 0;
    }
    long after = epochMicros.getAsLong();
    long there = Long.parseLong(Bytes.text(time.get(0))) * 1_000_000
        + Long.parseLong(Bytes.text(time.get(1)));
    return before > there ? before - there : Math.min(0, after - there);
  }

  private void listen(String name, Deadline deadline) {
    ListeningConnection connection = servers.listen(Bytes.of(name), deadline);
    try {
      connection.setSoTimeout(deadline.millis());
      connection.send(servers.sharded() ? Command.SSUBSCRIBE : Command.SUBSCRIBE, Bytes.of(name));
      connection.next();
    } finally {
      Connections.drop(List.of(connection));
    }
  }

  private Problem notTrusted(JedisException e) {
    return lasting(
        "heartline.redis must name a server with a certificate for that host, which this JVM"
            + " trusts (javax.net.ssl.trustStore): " + address + ": " + Causes.of(e));
  }

  private static Problem lasting(String line) {
    return new Problem(line, true);
  }
}
