package io.heartline.bootstrap.settings;

import io.heartline.store.redis.RedisAddress;
import io.heartline.store.redis.RedisAddress.Kind;
import io.heartline.store.redis.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where Redis is, and how it is used, if {@code heartline.store} is {@code redis}.
 *
 * @param passwordFile empty if Redis asks for no password
 * @param prefix what all our keys and the names of what is published there begin with
 * @param cluster the name that all nodes of a cluster share
 * @param timeout how long a command may take, and a connection to come about
 * @param partitions into how many parts the channels are divided
 * @param memory the most bytes of all publications together in Redis
 */
public record RedisSettings(
    RedisAddress address,
    Optional<Path> passwordFile,
    String prefix,
    String cluster,
    Duration timeout,
    int partitions,
    long memory) {
  /** The value of {@code heartline.store} with which these count. */
  static final String STORE = "redis";

  private static final String ADDRESS = "heartline.redis";
  private static final String PASSWORD_FILE = "heartline.redis.password.file";
  private static final String PREFIX = "heartline.redis.prefix";
  private static final String CLUSTER = "heartline.cluster";
  private static final String TIMEOUT = "heartline.redis.timeout";

  /** Leases of nodes last 15 s: one answer must come well within. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int MOST_PARTITIONS = 128;

  /** How many slots of a Redis Cluster are used unless it is said: enough for some servers. */
  private static final int CLUSTER_PARTITIONS = 16;

  /** How many threads of a node ask at a time, beside those that publish. */
  private static final int CALLS = 4;

  /** How many questions may wait for them. */
  private static final int WAITING = 10_000;

  /** Returns empty if channels are kept elsewhere. */
  static Optional<RedisSettings> read(Property property) {
    boolean used = property.text("heartline.store").filter(STORE::equals).isPresent();
    Optional<RedisAddress> address = address(property);
    Optional<Path> passwordFile = passwordFile(property);
    String prefix = prefix(property);
    String cluster = cluster(property);
    Duration timeout = timeout(property);
    boolean several = address.map(RedisAddress::kind).orElse(Kind.PRIMARY) == Kind.CLUSTER;
    int partitions = property.number(
        "heartline.redis.partitions", several ? CLUSTER_PARTITIONS : 1, 1, MOST_PARTITIONS);
    long memory = property.bytes("heartline.redis.memory", 1L << 30, 16 << 20, 1L << 44);
    if (!used) {
      checkUnused(property);
      return Optional.empty();
    }
    if (address.isEmpty()) {
      throw new BadSetting(
          ADDRESS, "", "must be set if heartline.store is redis, such as redis://127.0.0.1:6379");
    }
    return Optional.of(new RedisSettings(
        address.get(), passwordFile, prefix, cluster, timeout, partitions, memory));
  }

  /** Whoever says where Redis is and forgets the store thinks that it is in use. */
  private static void checkUnused(Property property) {
    Stream.of(ADDRESS, PASSWORD_FILE)
        .filter(name -> property.text(name).isPresent())
        .findFirst()
        .ifPresent(name -> {
          throw new BadSetting(
              name, shown(property, name), "must not be set unless heartline.store is " + STORE);
        });
  }

  /** Somebody may have written a password into the address. */
  private static String shown(Property property, String name) {
    String value = property.text(name).orElse("");
    return value.contains("@") ? "one with an @" : value;
  }

  private static Optional<RedisAddress> address(Property property) {
    return property
        .secret(ADDRESS, value -> value.replaceFirst("//.*@", "//...@"))
        .map(value -> {
          try {
            return RedisAddress.parse(value);
          } catch (IllegalArgumentException e) {
            String shown = value.contains("@") ? "one with an @" : value;
            throw new BadSetting(ADDRESS, shown, String.valueOf(e.getMessage()));
          }
        });
  }

  private static Optional<Path> passwordFile(Property property) {
    return property.text(PASSWORD_FILE).map(value -> {
      DataPath.check(PASSWORD_FILE, value);
      return DataPath.path(value);
    });
  }

  private static String prefix(Property property) {
    String prefix = property.text(PREFIX).orElse("hl:");
    if (!prefix.matches("[!-~&&[^{}]]{1,32}")) {
      throw new BadSetting(
          PREFIX,
          prefix,
          "must be 1 to 32 of A-Z a-z 0-9 and punctuation, without spaces and braces");
    }
    return prefix;
  }

  private static String cluster(Property property) {
    String name = property.text(CLUSTER).orElse("heartline");
    if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new BadSetting(CLUSTER, name, "must be 1 to 64 of A-Z a-z 0-9 _ . and -");
    }
    return name;
  }

  private static Duration timeout(Property property) {
    Duration timeout = property.duration(TIMEOUT, Duration.ofSeconds(2), Duration.ofMillis(100));
    if (timeout.compareTo(LONGEST) > 0) {
      throw new BadSetting(
          TIMEOUT,
          property.text(TIMEOUT).orElse(""),
          "must be at most " + LONGEST.toSeconds() + "s");
    }
    return timeout;
  }

  /**
   * Returns how Redis is used, with the password from its file.
   *
   * @throws BadSetting if the file cannot be used; it shows nothing of it
   */
  public RedisOptions options() {
    String password =
        passwordFile.map(file -> PasswordFile.read(PASSWORD_FILE, file)).orElse(null);
    return new RedisOptions(password, prefix, cluster, partitions, timeout, CALLS, WAITING);
  }
}
