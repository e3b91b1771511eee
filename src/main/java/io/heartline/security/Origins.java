package io.heartline.security;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which pages may connect: those of the server itself, and those on a list. Browsers send
 * {@code Origin} with every WebSocket handshake, and cookies too, whichever page asked. So this
 * check is what keeps foreign pages from acting as our users.
 *
 * <p>Not every host that browsers know is one to {@link java.net.URI}, such as {@code my_app}. So
 * an origin is taken apart here, and its parts are compared as they are written, in lower case.
 */
public final class Origins {
  /** Scheme, host and port, compared as a whole. */
  private record Origin(String scheme, String host, int port) {
    @Override
    public String toString() {
      return scheme + "://" + host + (port < 0 ? "" : ":" + port);
    }
  }

  /** All hosts below a domain: one or more labels in front of it, and a dot. */
  private record Below(Origin domain) {
    boolean matches(Origin page) {
      String end = '.' + domain.host;
      return page.scheme.equals(domain.scheme)
          && page.port == domain.port
          && page.host.endsWith(end)
          && LABELS
              .matcher(page.host.substring(0, page.host.length() - end.length()))
              .matches();
    }

    @Override
    public String toString() {
      return domain.scheme + "://*." + domain.host + ':' + domain.port;
    }
  }

  private static final Pattern LABELS = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  /** Two labels or more, the last one with a letter in front: no address, no top-level domain. */
  private static final Pattern DOMAIN = Pattern.compile("([a-z0-9_-]+\\.)+[a-z][a-z0-9_-]*");

  /** What begins the host of an origin that stands for all hosts below a domain. */
  private static final String ANY = "://*.";

  /** Visible ASCII without what ends a host in a URL. Browsers send other alphabets as xn--. */
  private static final String HOST = "\\[[0-9a-f:.]+]|[\\x21-\\x7e&&[^/?#@\\\\:\\[\\],*]]*";

  private static final Pattern ORIGIN = Pattern.compile(
      "(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>" + HOST + ")(:(?<port>[0-9]{0,5}))?");

  private static final int MAX_PORT = 65535;

  private final Set<Origin> allowed = new HashSet<>();
  private final Set<Below> below = new HashSet<>();

  /**
   * @param allowed such as {@code https://app.example.com}, {@code https://*.example.com},
   *     {@code http://localhost:3000} or {@code chrome-extension://<id>}
   * @throws IllegalArgumentException with the rule if one is not an origin
   */
  public Origins(List<String> allowed) {
    for (String text : allowed) {
      if (text.contains(ANY)) {
        below.add(listedBelow(text));
      } else {
        this.allowed.add(listed(text));
      }
    }
  }

  /**
   * Reads one of the list. Neither {@code *} nor {@code null} can be listed. {@code null} is what
   * browsers send for pages that they keep apart from all others, such as a sandboxed frame, which
   * any page of the world can make. So it would let in as many as {@code *}.
   */
  private static Origin listed(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException(
            "must be origins as browsers send them, such as https://app.example.com,"
                + " http://localhost:3000 or chrome-extension://abc, without a path, in ASCII, and"
                + " not * or null, which would let in every page of the world (" + text
                + " is not one)"));
  }

  /** Reads one of the list that stands for all hosts below a domain. */
  private static Below listedBelow(String text) {
    return parse(text.replace(ANY, "://"))
        .filter(domain -> domain.port >= 0 && DOMAIN.matcher(domain.host).matches())
        .map(Below::new)
        .orElseThrow(() -> new IllegalArgumentException(
            "must be origins such as https://*.example.com where they have a *, with http or"
                + " https, and with two or more names behind the * (" + text + " is not one)"));
  }

  /**
   * Returns whether a page from {@code origin} may talk to this server, which it knows as
   * {@code scheme://host}.
   *
   * @param host as in the {@code Host} header, with or without a port
   */
  public boolean allow(String origin, String scheme, String host) {
    Optional<Origin> page = parse(origin);
    return page.isPresent()
        && (page.equals(parse(scheme + "://" + host))
            || allowed.contains(page.get())
            || below.stream().anyMatch(pages -> pages.matches(page.get())));
  }

  /** Returns the rule for browsers that only pages from these origins may frame ours. */
  String frameAncestors() {
    return Stream.concat(allowed.stream(), below.stream())
        .map(Object::toString)
        .filter(origin -> origin.indexOf(';') < 0) // which would end the rule
        .sorted()
        .collect(Collectors.joining(" ", "frame-ancestors 'self' ", ""))
        .strip();
  }

  private static Optional<Origin> parse(String text) {
    Matcher parts = ORIGIN.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group("scheme");
    String host = parts.group("host");
    String port = parts.group("port");
    boolean none = port == null || port.isEmpty();
    int number = none ? defaultPort(scheme) : Integer.parseInt(port);
    boolean needsHost = defaultPort(scheme) >= 0; // file:// has none
    return (needsHost && host.isEmpty()) || number > MAX_PORT
        ? Optional.empty()
        : Optional.of(new Origin(scheme, host, number));
  }

  /** Returns -1 for a scheme without ports. */
  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "https" -> 443;
      case "http" -> 80;
      default -> -1;
    };
  }
}
