package io.heartline.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heartline.testing.FakeRedis;
import io.heartline.testing.Network;
import io.heartline.testing.RecordingLog;
import io.heartline.testing.RedisServer;
import io.heartline.testing.RedisTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** Each way in which a Redis can be the wrong one is told in one line that says what to do. */
class RedisCheckTest {
  private final RedisServer server = RedisServer.shared();
  private final String at = "127.0.0.1:" + server.port();

  @TempDir
  Path folder;

  @BeforeEach
  void noUsersButTheUsual() {
    try (Jedis jedis = server.connect()) {
      for (String user : jedis.aclUsers()) {
        if (!user.equals("default")) {
          jedis.aclDelUser(user);
        }
      }
    }
  }

  private void user(String... rules) {
    try (Jedis jedis = server.connect()) {
      jedis.aclSetUser("app", rules);
    }
  }

  private static String problem(String address, RedisOptions options) {
    try (Ways ways = new Ways(address, options)) {
      String line = ways.redis.lastingProblem().orElse("");
      if (!line.isEmpty()) {
        assertThat(ways.redis.problem()).contains(line);
        assertThatThrownBy(() -> ways.count("hl:{0}:n"))
            .isInstanceOfSatisfying(
                RedisAway.class, e -> assertThat(e.refused()).isTrue())
            .hasMessage(line);
        assertThat(ways.log.said).contains("ERROR " + line);
      }
      return line;
    }
  }

  private static RedisOptions password(String password) {
    return Ways.options().withPassword(password);
  }

  @Test
  void aRedisThatIsRightIsUsed() {
    try (Ways ways = Ways.of(server)) {
      assertThat(ways.redis.problem()).contains("Redis was not reached yet");
      assertThat(ways.redis.lastingProblem()).isEmpty();
      assertThat(ways.redis.problem()).isEmpty();
      assertThat(ways.count("hl:{0}:n")).isEqualTo(1);
      assertThat(ways.log.said).isEmpty();
    }
    try (Jedis jedis = server.connect()) {
      assertThat(jedis.hgetAll("hl:about"))
          .isEqualTo(Map.of("layout", "1", "cluster", "heartline", "partitions", "1"));
    }
  }

  @Test
  void aPasswordThatIsMissingOrWrong() throws Exception {
    user("on", ">right", "~*", "&*", "+@all");
    assertThat(problem("redis://app@" + at, password("wrong")))
        .isEqualTo("heartline.redis.password.file must have the password of the user app: Redis at"
            + " redis://" + at + " does not take the one there, or has no such user");
    assertThat(problem("redis://nobody@" + at, password("right"))).contains("of the user nobody");
    assertThat(problem("redis://app@" + at, password("right"))).isEmpty();
    try (RedisServer asks = RedisServer.start(folder, "--requirepass", "right", "--save", "")) {
      assertThat(problem(asks.address(), Ways.options()))
          .startsWith("heartline.redis.password.file must be set: Redis at " + asks.address());
      assertThat(problem(asks.address(), password("right"))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      ~other:* &* +@all            | run scripts (EVAL, EVALSHA) on keys that begin with hl:
      ~hl:* &* +@all -evalsha      | by EVALSHA with names that begin with hl:
      ~hl:* &* +@all -eval         | run scripts (EVAL, EVALSHA) on keys that begin with hl:
      ~hl:* &* +@all -info         | use INFO
      ~hl:* &* +@all -scan         | use SCAN
      ~hl:* &other:* +@all         | publish, and use TIME and PUBSUB, by EVALSHA with names that begin with hl:
      ~hl:* &* +@all -publish      | publish, and use TIME and PUBSUB, by EVALSHA with names that begin with hl:
      ~hl:* &* +@all -time         | publish, and use TIME and PUBSUB, by EVALSHA with names that begin with hl:
      ~hl:* &* +@all -subscribe    | subscribe to names that begin with hl:
      """)
  void aUserWhoMayTooLittle(String rules, String what) {
    user(("on >right resetchannels " + rules).split(" "));
    assertThat(problem("redis://app@" + at, password("right")))
        .startsWith("heartline.redis must name a user that may ")
        .contains(what, "users.acl: Redis at redis://" + at + " does not let app: ");
  }

  @Test
  void theDatabaseMustBeThere() {
    assertThat(problem("redis://" + at + "/999", Ways.options()))
        .isEqualTo("heartline.redis must name a database that is there: Redis at redis://" + at
            + "/999 has no database 999");
    assertThat(problem("redis://" + at + "/15", Ways.options())).isEmpty();
    try (Jedis jedis = server.connect()) {
      jedis.select(15);
      assertThat(jedis.exists("hl:about")).isTrue();
    }
  }

  @Test
  void aReplicaIsNotUsedUntilItIsPromoted() throws Exception {
    try (RedisServer replica =
            RedisServer.start(folder, "--save", "", "--replicaof", "127.0.0.1 " + server.port());
        Ways ways = Ways.of(replica)) {
      assertThat(ways.redis.lastingProblem()).as("it may be promoted").isEmpty();
      String line = "heartline.redis must name the primary, or sentinels (redis-sentinel://): the"
          + " server at 127.0.0.1:" + replica.port() + " is a replica";
      Ways.await("the role", () -> ways.redis.problem().equals(Optional.of(line)));
      assertThatThrownBy(() -> ways.count("hl:{0}:n")).hasMessage(line);
      try (Jedis jedis = replica.connect()) {
        jedis.replicaofNoOne();
        Ways.await("it to be used", () -> ways.count("hl:{0}:n") > 0);
        assertThat(ways.redis.problem()).isEmpty();
        jedis.replicaof("127.0.0.1", server.port());
        Ways.await("the demotion to be noticed", () -> {
          try {
            ways.count("hl:{0}:n");
            return false;
          } catch (RedisAway e) {
            return line.equals(e.getMessage());
          }
        });
      }
      assertThat(ways.redis.problem()).contains(line);
    }
  }

  @ParameterizedTest
  @CsvSource({"redis, 6.0.16, 6.2 or newer", "redis-cluster, 6.2.14, 7.0 or newer"})
  void anOldVersion(String scheme, String version, String least) throws Exception {
    try (FakeRedis old = FakeRedis.ofVersion(version)) {
      assertThat(problem(scheme + "://127.0.0.1:" + old.port(), Ways.options()))
          .startsWith("heartline.redis must name Redis " + least)
          .endsWith("the server at 127.0.0.1:" + old.port() + " is version " + version);
    }
  }

  @Test
  void keysOfOthersUnderOurPrefix() {
    try (Jedis jedis = server.connect()) {
      jedis.set("other:key", "x");
      assertThat(problem("redis://" + at, Ways.options())).isEmpty();
      jedis.flushAll();
      jedis.set("hl:session:1", "x");
      assertThat(problem("redis://" + at, Ways.options()))
          .isEqualTo("heartline.redis.prefix must be one that nobody else uses: Redis at redis://"
              + at + " has hl:session:1");
      jedis.flushAll();
      jedis.set("hl:about", "x");
      assertThat(problem("redis://" + at, Ways.options()))
          .isEqualTo("heartline.redis.prefix must be one that nobody else uses: hl:about, in Redis"
              + " at redis://" + at + ", is a string and not ours");
    }
  }

  /** Two nodes meet an empty Redis: the second writes whose it is while the first looks around. */
  @Test
  void whoStartsAtTheSameTimeIsNobodyElse() throws Exception {
    try (Network network = new Network(server.port())) {
      network.before(
          "SCAN", () -> assertThat(problem(server.address(), Ways.options())).isEmpty());
      assertThat(problem("redis://127.0.0.1:" + network.port(), Ways.options())).isEmpty();
    }
    RedisOptions other = new RedisOptions(null, "hl:", "other", 1, Duration.ofSeconds(2), 4, 100);
    try (Jedis jedis = server.connect();
        Network network = new Network(server.port())) {
      jedis.flushAll();
      network.before("SCAN", () -> assertThat(problem(server.address(), other)).isEmpty());
      assertThat(problem("redis://127.0.0.1:" + network.port(), Ways.options()))
          .contains("is for the cluster other");
    }
  }

  @Test
  void ourOwnKeysAreTakenOnThoughNobodyHasSaidWhoseTheyAre() {
    try (Jedis jedis = server.connect()) {
      jedis.hset("hl:{0}:all", "life", "x");
      assertThat(problem("redis://" + at, Ways.options())).isEmpty();
      assertThat(jedis.exists("hl:about")).isTrue();
    }
  }

  @Test
  void whatAPatternMeansInAPrefixIsMeantAsItIs() {
    RedisOptions odd =
        new RedisOptions(null, "h*[l]?:", "heartline", 1, Duration.ofSeconds(2), 4, 100);
    try (Jedis jedis = server.connect()) {
      jedis.set("hello", "x");
      assertThat(problem("redis://" + at, odd)).isEmpty();
      jedis.flushAll();
      jedis.set("h*[l]?:x", "x");
      assertThat(problem("redis://" + at, odd)).endsWith(" has h*[l]?:x");
    }
  }

  @Test
  void anotherClusterOrLayoutOrNumberOfPartitions() {
    try (Jedis jedis = server.connect()) {
      assertThat(problem("redis://" + at, Ways.options())).isEmpty();
      assertThat(problem(
              "redis://" + at,
              new RedisOptions(null, "hl:", "other", 1, Duration.ofSeconds(2), 4, 100)))
          .isEqualTo("heartline.redis.prefix must be another one, or heartline.cluster the same:"
              + " hl:about, in Redis at redis://" + at
              + ", is for the cluster heartline, this node is of other");
      assertThat(problem(
              "redis://" + at,
              new RedisOptions(null, "hl:", "heartline", 2, Duration.ofSeconds(2), 4, 100)))
          .isEqualTo("heartline.redis.partitions must be the same for all nodes: hl:about, in Redis"
              + " at redis://" + at + ", has 1, this node has 2");
      jedis.hset("hl:about", "layout", "2");
      assertThat(problem("redis://" + at, Ways.options()))
          .endsWith("has keys with layout 2, this version has 1");
    }
  }

  @Test
  void whatIsMendedIsUsedWithoutARestart() throws Exception {
    try (Jedis jedis = server.connect();
        Ways ways = Ways.of(server)) {
      jedis.set("hl:session:1", "x");
      assertThat(ways.redis.lastingProblem()).isPresent();
      jedis.del("hl:session:1");
      Ways.await("it to be used", () -> ways.count("hl:{0}:n") > 0);
      assertThat(ways.redis.problem()).isEmpty();
      assertThat(ways.log.said).last().isEqualTo("INFO Redis can be used now");
    }
  }

  @Test
  void theMemoryThatIsFullMustNotThrowKeysAway() {
    try (Jedis jedis = server.connect();
        Ways ways = Ways.of(server)) {
      jedis.configSet("maxmemory", "500mb");
      jedis.configSet("maxmemory-policy", "allkeys-lru");
      assertThat(ways.redis.lastingProblem()).isEmpty();
      assertThat(ways.log.said)
          .singleElement()
          .asString()
          .startsWith("WARNING Redis at " + at + " has maxmemory-policy allkeys-lru: ");
      jedis.configSet("maxmemory", "0");
      jedis.configSet("maxmemory-policy", "noeviction");
    }
  }

  @ParameterizedTest
  @CsvSource({"3, ahead of", "-3, behind"})
  void aClockThatIsWrongIsTold(long seconds, String how) {
    RecordingLog log = new RecordingLog();
    try (Redis redis = new Redis(
        RedisAddress.parse(server.address()),
        Ways.options(),
        System::nanoTime,
        () -> (System.currentTimeMillis() + seconds * 1000) * 1000,
        Thread::new,
        log)) {
      assertThat(redis.lastingProblem()).isEmpty();
      assertThat(log.said)
          .singleElement()
          .asString()
          .matches("WARNING the clock of this machine is [23] s " + how + " that of Redis at .*");
    }
  }

  @Test
  void theWrongKindOfServer() throws Exception {
    assertThat(problem("redis-cluster://" + at, Ways.options()))
        .isEqualTo("heartline.redis must begin with redis://: the server at redis-cluster://" + at
            + " is not one of a Redis Cluster");
    assertThat(problem("redis-sentinel://" + at + "/mymaster", Ways.options()))
        .isEqualTo("heartline.redis must name sentinels: the server at redis-sentinel://" + at
            + "/mymaster is none");
    try (RedisServer cluster = RedisServer.start(
        Files.createDirectory(folder.resolve("cluster")),
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        String.valueOf(RedisServer.freePort()),
        "--save",
        "")) {
      assertThat(problem(cluster.address(), Ways.options()))
          .startsWith("heartline.redis must begin with redis-cluster://: the server at ");
    }
  }

  @Test
  void aCertificateMustBeTrustedAndNameTheHost() throws Exception {
    String rule = "heartline.redis must name a server with a certificate for that host, which";
    SSLContext usual = SSLContext.getDefault();
    try (RedisTls tls = RedisTls.start(folder)) {
      assertThat(problem("rediss://localhost:" + tls.port(), Ways.options()))
          .startsWith(rule)
          .contains("PKIX path building failed");
      SSLContext.setDefault(tls.trusting());
      assertThat(problem("rediss://127.0.0.1:" + tls.port(), Ways.options()))
          .startsWith(rule)
          .contains("No subject alternative names");
      assertThat(problem("rediss://localhost:" + tls.port(), Ways.options())).isEmpty();
    } finally {
      SSLContext.setDefault(usual);
    }
  }

  @Test
  void theUserOfTheFilesForOperatorsMayDoAllThatIsNeededAndNothingMore() throws Exception {
    try (RedisServer shipped = RedisServer.startShipped(folder);
        Ways ways = Ways.shipped(shipped.address());
        Jedis app = new Jedis("127.0.0.1", shipped.port())) {
      assertThat(ways.redis.lastingProblem()).isEmpty();
      assertThat(ways.count("hl:{0}:n")).isEqualTo(1);
      assertThat(ways.log.said).as("no warnings").isEmpty();
      app.auth(RedisServer.USER, RedisServer.PASSWORD);
      for (String forbidden : List.of(
          "FLUSHALL",
          "CONFIG GET save",
          "KEYS *",
          "SHUTDOWN",
          "GET other:x",
          "SUBSCRIBE other:x",
          "ACL LIST",
          "BLPOP hl:x 1")) {
        String[] words = forbidden.split(" ");
        assertThatThrownBy(() -> app.sendCommand(
                () -> words[0].getBytes(), Arrays.copyOfRange(words, 1, words.length)))
            .as(forbidden)
            .hasMessageContaining("NOPERM");
      }
    }
  }

  /** So no script can begin to use a command that operators have not allowed. */
  @Test
  void thatUserMayUseEachCommandOfTheScripts() throws Exception {
    Set<String> commands = new TreeSet<>(Set.of("PUBLISH", "SPUBLISH"));
    try (Stream<Path> files = Files.walk(Path.of("src/main/resources/io/heartline/store/redis"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".lua")).toList()) {
        Pattern.compile("redis\\.call\\(\\s*'([A-Za-z]+)'")
            .matcher(Files.readString(file))
            .results()
            .forEach(call -> commands.add(call.group(1)));
      }
    }
    assertThat(commands).contains("HSET", "TIME", "TYPE");
    commands.remove("PUBSUB");
    try (RedisServer shipped = RedisServer.startShipped(folder);
        Jedis admin = shipped.connect()) {
      for (String sub : List.of("NUMSUB", "SHARDNUMSUB")) {
        assertThat(admin.aclDryRun(RedisServer.USER, "PUBSUB", sub, "hl:x")).isEqualTo("OK");
      }
      for (String command : commands) {
        int words = Math.toIntExact(Math.abs(
            admin.commandInfo(command).get(command.toLowerCase(Locale.ROOT)).getArity()));
        String[] args = new String[words - 1];
        Arrays.fill(args, "hl:x");
        assertThat(admin.aclDryRun(RedisServer.USER, command, args)).as(command).isEqualTo("OK");
      }
    }
  }
}
