package io.heartline.store.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is: {@code redis://[user@]host[:port][/database]}, {@code rediss://} for the same by
 * TLS, {@code redis-sentinel://[user@]host:port,host:port/<master>[/database]} or
 * {@code redis-cluster://[user@]host:port,host:port}; {@code rediss-sentinel://} and
 * {@code rediss-cluster://} are the last two by TLS.
 *
 * @param servers the primary, or those that know where it is
 * @param user null for the default user
 * @param master the name by which sentinels know the primary; null unless they are asked
 */
public record RedisAddress(
    Kind kind,
    boolean tls,
    @Nullable String user,
    List<Server> servers,
    int database,
    @Nullable String master) {
  /** Who knows where the primary is. */
  public enum Kind {
    /** It is the one that is named. */
    PRIMARY,
    /** Sentinels do. */
    SENTINEL,
    /** Each channel has one of several. */
    CLUSTER
  }

  /** One server. */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      return (host.contains(":") ? '[' + host + ']' : host) + ':' + port;
    }
  }

  private static final int PORT = 6379;
  private static final int SENTINEL_PORT = 26379;
  private static final int MOST_DATABASES = 100_000;

  public RedisAddress {
    servers = List.copyOf(servers);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; the message is a rule that begins with "must"
   */
  public static RedisAddress parse(String text) {
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    boolean tls = scheme.startsWith("rediss");
    Kind kind = switch (scheme) {
      case "redis", "rediss" -> Kind.PRIMARY;
      case "redis-sentinel", "rediss-sentinel" -> Kind.SENTINEL;
      case "redis-cluster", "rediss-cluster" -> Kind.CLUSTER;
      default ->
        throw new IllegalArgumentException(
            "must begin with redis://, rediss://, redis-sentinel:// or redis-cluster://");
    };
    String rest = text.substring(colon + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String[] path = slash < 0 ? new String[0] : rest.substring(slash + 1).split("/", -1);
    int at = authority.lastIndexOf('@');
    String user = at < 0 ? null : authority.substring(0, at);
    if (user != null && (user.isEmpty() || user.contains(":"))) {
      throw new IllegalArgumentException(
          "must not hold a password: name a file with heartline.redis.password.file");
    }
    List<Server> servers = servers(authority.substring(at + 1), kind);
    return switch (kind) {
      case PRIMARY -> new RedisAddress(kind, tls, user, servers, database(path, 0), null);
      case SENTINEL -> {
        if (path.length == 0 || path[0].isEmpty()) {
          throw new IllegalArgumentException(
              "must name the primary as the sentinels do: redis-sentinel://host:port/mymaster");
        }
        yield new RedisAddress(kind, tls, user, servers, database(path, 1), path[0]);
      }
      case CLUSTER -> {
        if (database(path, 0) != 0) {
          throw new IllegalArgumentException("must have no database: a cluster has only one");
        }
        yield new RedisAddress(kind, tls, user, servers, 0, null);
      }
    };
  }

  private static List<Server> servers(String text, Kind kind) {
    List<Server> servers = new ArrayList<>();
    for (String server : text.split(",", -1)) {
      servers.add(server(server, kind == Kind.SENTINEL ? SENTINEL_PORT : PORT));
    }
    if (kind == Kind.PRIMARY && servers.size() > 1) {
      throw new IllegalArgumentException(
          "must name one server; several are for redis-sentinel:// and redis-cluster://");
    }
    return servers;
  }

  private static Server server(String text, int usualPort) {
    try {
      URI uri = new URI("redis://" + text);
      if (uri.getHost() == null || uri.getPort() > 65_535 || uri.getPort() == 0) {
        throw new IllegalArgumentException("must have a host and a port such as host:6379");
      }
      String host = uri.getHost();
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new Server(bare, uri.getPort() < 0 ? usualPort : uri.getPort());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must have a host and a port such as host:6379", e);
    }
  }

  private static int database(String[] path, int at) {
    if (path.length <= at || (path.length == at + 1 && path[at].isEmpty())) {
      return 0;
    }
    if (path.length > at + 1 || !path[at].matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("must end in the number of a database, such as /0");
    }
    return Math.min(MOST_DATABASES, Integer.parseInt(path[at]));
  }

  /** Returns it as it may be logged. */
  @Override
  public String toString() {
    String scheme = (tls ? "rediss" : "redis")
        + switch (kind) {
          case PRIMARY -> "";
          case SENTINEL -> "-sentinel";
          case CLUSTER -> "-cluster";
        };
    String all = String.join(",", servers.stream().map(Server::toString).toList());
    String name = master == null ? "" : '/' + master;
    return scheme + "://" + all + name + (database == 0 ? "" : "/" + database);
  }
}
