package io.heartline.bootstrap.settings;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Settings that only the runnable WAR has: where its own server listens.
 *
 * @param port 1 to 65535; 0 for any free one
 * @param address to listen on
 * @param host the address as it was set, without brackets
 * @param context path of the application: {@code /} or {@code /name}
 */
public record ServerSettings(int port, InetAddress address, String host, String context) {
  public static final String PORT = "heartline.port";
  public static final String ADDRESS = "heartline.address";
  public static final String CONTEXT = "heartline.context";

  /** @throws BadSetting if a value breaks its rule */
  public static ServerSettings read(Sources sources) {
    Property property = new Property(sources);
    String context = property.text(CONTEXT).orElse("/heartline");
    if (!context.matches("/|(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.-]+)+")) {
      throw new BadSetting(
          CONTEXT,
          context,
          "must be / or a path such as /app or /app/live, of A-Z a-z 0-9 . _ - alone, and not end"
              + " with /");
    }
    int port = property.number(PORT, 8080, 0, 65535);
    String host = property.text(ADDRESS).orElse("127.0.0.1").replaceFirst("^\\[(.*)]$", "$1");
    return new ServerSettings(port, resolve(host), host, context);
  }

  /**
   * Names are looked up once, now. A server that listened on all addresses because it could not
   * read one would be open to the world.
   */
  private static InetAddress resolve(String host) {
    boolean number = host.matches("[0-9.]+");
    try {
      if (!number || host.matches("\\d+(\\.\\d+){3}")) { // Java takes 8080 for 0.0.31.144
        return InetAddress.getByName(host);
      }
    } catch (UnknownHostException e) {
      // said below
    }
    throw new BadSetting(
        ADDRESS, host, "must be an address of this machine such as 127.0.0.1, or a name for one");
  }

  /** Returns the path as containers write it: empty for the root. */
  public String contextPath() {
    return context.equals("/") ? "" : context;
  }

  /**
   * Returns a URL of the application, without a slash at its end, that can be opened on this
   * machine.
   *
   * @param port where the server listens
   */
  public String url(int port) {
    return "http://" + openable() + ':' + port + contextPath();
  }

  /** Returns address and port as they were set. */
  public String authority() {
    return bracketed() + ':' + port;
  }

  private String openable() {
    if (address.isAnyLocalAddress()) {
      return address instanceof Inet6Address ? "[::1]" : "127.0.0.1";
    }
    return bracketed().replace("%", "%25");
  }

  private String bracketed() {
    return host.indexOf(':') < 0 ? host : '[' + host + ']';
  }
}
