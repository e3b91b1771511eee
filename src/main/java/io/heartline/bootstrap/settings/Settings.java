package io.heartline.bootstrap.settings;

import io.heartline.protocol.stomp.SendRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything an operator can set, read and checked. The chapter on settings says the same in words.
 *
 * @param demo whether the demo page and its guests are on
 * @param origins those allowed besides the server's own, such as {@code https://app.example.com};
 *     if empty, only the server's own
 * @param trustedProxies addresses or networks whose forwarded headers are believed
 * @param beat how long a line may be silent before a beat
 * @param miniProgramBeat the same at {@code /wss}
 * @param bodyTimeout the most time from the start of a request to the last byte of its body
 * @param store where channels are kept, and how much of them
 * @param redis how Redis is used; empty unless channels are kept there
 * @param seats by door name: {@code newest}, {@code oldest}, a number or {@code none}
 * @param httpSession {@code extend}, {@code bind} or {@code detach}
 * @param tomcatDirect whether lines are written directly to Tomcat's sockets, if these can be
 *     reached
 * @param stompSends what becomes of what clients of STOMP send
 * @param callbackKey the key that the application is called with; empty if none is set
 * @param callbackTimeout how long the application may take to answer
 * @param callbackCalls how many calls to it may be under way at a time
 * @param sockJsBases the paths at which clients of SockJS find STOMP, besides {@code /sockjs}
 * @param sockJsLegacy whether clients of SockJS are served what only old browsers need
 * @param sockJsCookie whether answers to clients of SockJS set {@code JSESSIONID}
 * @param auth how clients prove who they are
 * @param jwt the tokens that may prove it
 * @param keys with which servers call the HTTP interface
 * @param limits how much strangers may ask for in a time
 * @param rights what they may do
 */
public record Settings(
    boolean demo,
    List<String> origins,
    List<String> trustedProxies,
    Duration beat,
    Duration miniProgramBeat,
    Duration grace,
    Duration probe,
    Duration firstFrame,
    Duration noProgress,
    Duration rotateMin,
    Duration rotateMax,
    Duration drain,
    int channelsPerLine,
    int lines,
    int messageBytes,
    int publishBytes,
    Duration bodyTimeout,
    StoreSettings store,
    Optional<RedisSettings> redis,
    Map<String, String> seats,
    String httpSession,
    boolean tomcatDirect,
    List<SendRule> stompSends,
    Optional<String> callbackKey,
    Duration callbackTimeout,
    int callbackCalls,
    List<String> sockJsBases,
    boolean sockJsLegacy,
    boolean sockJsCookie,
    AuthSettings auth,
    JwtSettings jwt,
    KeySettings keys,
    LimitSettings limits,
    RightsSettings rights) {

  /** How long nginx lets a proxied connection be quiet by default. */
  private static final Duration NGINX = Duration.ofSeconds(60);

  /** The doors that can have seats, with the default of each. */
  private static final Map<String, String> SEATS = Map.of(
      "updatewebsocket", "none",
      "user-channel", "newest",
      "wss", "none",
      "line", "newest",
      "stomp", "none");

  private static final String STOMP_SEND = "heartline.stomp.send";

  private static final String SOCKJS_BASES = "heartline.sockjs.bases";

  /** Where something else is. */
  private static final Set<String> TAKEN = Set.of(
      "api",
      "demo",
      "events",
      "health",
      "line",
      "metrics",
      "sockjs",
      "stomp",
      "updatewebsocket",
      "ws",
      "wss",
      "META-INF",
      "WEB-INF");

  /**
   * @param demoByDefault whether the demo is on if nothing else is set, as in the runnable WAR
   * @param heap the most bytes that the JVM's heap can have
   * @throws BadSetting if a value breaks its rule
   */
  public static Settings read(Sources sources, boolean demoByDefault, long heap) {
    Property property = new Property(sources);
    Duration second = Duration.ofSeconds(1);
    Duration rotateMin =
        property.duration("heartline.rotate.min", Duration.ofHours(4), Duration.ofMinutes(1));
    AuthSettings auth = AuthSettings.read(property);
    int messageBytes = (int) property.bytes("heartline.message", 64 << 10, 1 << 10, 16 << 20);
    return new Settings(
        property.flag("heartline.demo", demoByDefault),
        list(property, "heartline.origins"),
        property.texts("heartline.trusted-proxies", List.of("127.0.0.0/8", "::1")),
        property.duration("heartline.beat", Duration.ofSeconds(25), second),
        property.duration("heartline.beat.wss", Duration.ofSeconds(4), second),
        property.duration("heartline.grace", Duration.ofSeconds(10), second),
        property.duration("heartline.probe", Duration.ofSeconds(5), second),
        property.duration("heartline.first-frame", Duration.ofSeconds(10), second),
        property.duration("heartline.no-progress", Duration.ofSeconds(10), second),
        rotateMin,
        property.duration("heartline.rotate.max", max(rotateMin, Duration.ofHours(12)), rotateMin),
        property.duration("heartline.drain.window", Duration.ofSeconds(30), Duration.ZERO),
        property.number("heartline.line.channels", 128, 1, 10_000),
        property.number("heartline.lines", 100_000, 1, 10_000_000),
        messageBytes,
        (int) property.bytes("heartline.api.body", 256 << 10, 1 << 10, 64 << 20),
        property.duration("heartline.api.body-timeout", Duration.ofSeconds(10), second),
        StoreSettings.read(property, heap),
        RedisSettings.read(property),
        seats(property),
        httpSession(property),
        property.flag("heartline.tomcat.direct", true),
        stompSends(property),
        property.key("heartline.stomp.callback.key"),
        property.duration("heartline.stomp.callback.timeout", Duration.ofSeconds(5), second),
        property.number("heartline.stomp.callback.calls", 64, 1, 10_000),
        sockJsBases(property),
        property.flag("heartline.sockjs.legacy", false),
        property.flag("heartline.sockjs.cookie", false),
        auth,
        JwtSettings.read(property, auth.order().contains(JwtSettings.WAY)),
        KeySettings.read(property),
        LimitSettings.read(property, messageBytes),
        RightsSettings.read(property));
  }

  private static List<String> sockJsBases(Property property) {
    List<String> bases = list(property, SOCKJS_BASES);
    for (String base : bases) {
      if (!base.matches("(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*){1,16}")) {
        throw new BadSetting(
            SOCKJS_BASES,
            base,
            "must be paths such as /chat or /a/b, separated by commas, without a slash at the end");
      }
      String first = base.substring(1).split("/", 2)[0];
      if (TAKEN.contains(first) || bases.indexOf(base) != bases.lastIndexOf(base)) {
        throw new BadSetting(SOCKJS_BASES, base, "must be paths at which nothing else is");
      }
    }
    return bases;
  }

  /** Reads {@code /app/chat.addUser=public, /app/*=https://app.internal/stomp}. */
  private static List<SendRule> stompSends(Property property) {
    List<SendRule> rules = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (String text : list(property, STOMP_SEND)) {
      SendRule rule;
      try {
        rule = SendRule.parse(text);
      } catch (IllegalArgumentException e) {
        String shown = text.contains("@") ? "one with an @" : text; // it may be a password
        throw new BadSetting(STOMP_SEND, shown, String.valueOf(e.getMessage()));
      }
      if (!known.add(rule.destination() + (rule.prefix() ? "*" : ""))) {
        throw new BadSetting(STOMP_SEND, text, "must name each destination once");
      }
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  /** Returns what is allowed but hardly meant, one sentence each. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(keys.warnings());
    if (beat.compareTo(NGINX) >= 0) {
      warnings.add(
          "heartline.beat is " + beat.toSeconds() + "s: nginx and most proxies close what is"
              + " quiet for 60s, unless they are told otherwise (proxy_read_timeout), so lines will"
              + " drop before the first beat");
    }
    if (asksTheApplication() && callbackKey.isEmpty()) {
      warnings.add("heartline.stomp.callback.key is not set: your application cannot tell our calls"
          + " from those of anybody else who reaches its URL");
    }
    warnings.addAll(auth.warnings());
    warnings.addAll(rights.warnings());
    return warnings;
  }

  /** Returns whether something that clients send goes to the application. */
  public boolean asksTheApplication() {
    return stompSends.stream().anyMatch(rule -> rule.target() instanceof SendRule.Target.Asked);
  }

  private static String httpSession(Property property) {
    String value = property.text("heartline.http-session").orElse("extend");
    if (!value.matches("extend|bind|detach")) {
      throw new BadSetting("heartline.http-session", value, "must be extend, bind or detach");
    }
    return value;
  }

  private static Map<String, String> seats(Property property) {
    Map<String, String> seats = new TreeMap<>(SEATS);
    seats.replaceAll((door, otherwise) -> {
      String name = "heartline.seats." + door;
      String value = property.text(name).orElse(otherwise);
      if (!value.matches("newest|oldest|none|[1-9]\\d{0,5}")) {
        throw new BadSetting(name, value, "must be newest, oldest, none or a number from 1");
      }
      return value;
    });
    return Map.copyOf(seats);
  }

  private static List<String> list(Property property, String name) {
    return property.texts(name, List.of());
  }

  static List<String> split(String value) {
    return List.of(value.split(",", -1)).stream()
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
