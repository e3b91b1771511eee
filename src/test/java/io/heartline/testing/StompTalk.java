package io.heartline.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.protocol.AckMode;
import io.heartline.protocol.Command;
import io.heartline.protocol.JsonText;
import io.heartline.protocol.Subscription;
import io.heartline.protocol.stomp.SendRule;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random client of STOMP that makes no mistakes: what it says, and what that means. It decides on
 * a meaning first and then writes the frame for it, in one of the many ways that are allowed.
 */
public final class StompTalk {
  /** What becomes of what it sends. */
  public static final List<SendRule> RULES = List.of(
      SendRule.parse("/app/chat=public:chat"),
      SendRule.parse("/app/*=https://app.internal/stomp"),
      SendRule.parse("/topic/*=*"));

  /** The largest body that it sends is much smaller. */
  public static final int BODY_BYTES = 4 * 1024;

  private static final List<String> CHANNELS = List.of("updates", "public:a", "public.b/c", "n-7");
  private static final List<String> JSON =
      List.of("17", "-0.5e3", "null", "true", "\"x\"", "{\"a\":[1,{}]}", "[]", "\"\\u4f60\\n\"");
  private static final int MOST_IN_TRANSACTIONS = 20;

  /** One frame, and what it asks for. */
  public record Said(String frame, List<Command> meant) {}

  /** @param channel null if it is the user's own */
  private record Read(Subscription channel, String destination, boolean named, boolean asksAcks) {}

  private final Random random;
  private final boolean acknowledges;
  private final int minor;
  private final Map<String, Read> reads = new LinkedHashMap<>();
  private final Map<String, List<Command>> open = new LinkedHashMap<>();
  private int names;

  private StompTalk(Random random, boolean acknowledges) {
    this.random = random;
    this.acknowledges = acknowledges;
    minor = random.nextInt(3);
  }

  /**
   * Returns what it says, CONNECT first and maybe DISCONNECT last.
   *
   * @param frames how many frames about
   * @param acknowledges whether it acknowledges messages; it does so whether there were any or not
   */
  public static List<Said> of(Random random, int frames, boolean acknowledges) {
    StompTalk talk = new StompTalk(random, acknowledges);
    List<Said> said = new ArrayList<>();
    said.add(talk.connect());
    for (int i = 0; i < frames; i++) {
      said.add(talk.next());
    }
    if (random.nextBoolean()) {
      said.add(talk.disconnect());
    }
    return said;
  }

  /** Returns all of it as one text. */
  public static String text(List<Said> said) {
    StringBuilder text = new StringBuilder();
    said.forEach(one -> text.append(one.frame()));
    return text.toString();
  }

  /** Returns a text cut into messages, none of them empty. */
  public static List<String> cut(String text, Random random) {
    int most = 1 + random.nextInt(random.nextBoolean() ? 8 : 400);
    List<String> messages = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int next = Math.min(text.length(), at + 1 + random.nextInt(most));
      messages.add(text.substring(at, next));
      at = next;
    }
    return messages;
  }

  private Said connect() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (minor > 0 || random.nextBoolean()) {
      List<String> versions = new ArrayList<>(List.of("9.9", "1." + minor));
      for (int lower = 0; lower < minor; lower++) {
        versions.add("1." + lower);
      }
      Collections.shuffle(versions, random);
      headers.put("accept-version", String.join(random.nextBoolean() ? "," : ", ", versions));
    }
    String client = random.nextBoolean() ? "tab-" + random.nextInt(9) : null;
    String token = random.nextBoolean() ? "t" + random.nextInt(9) : null;
    put(headers, "client-id", client);
    if (token != null && random.nextBoolean()) {
      headers.put("Authorization", "Bearer " + token);
      headers.put("passcode", "other");
    } else {
      put(headers, "passcode", token);
    }
    int can = 500 * random.nextInt(4);
    int wants = 500 * random.nextInt(4);
    if (can + wants > 0 || random.nextBoolean()) {
      headers.put("heart-beat", can + "," + wants);
    }
    return new Said(
        write(random.nextBoolean() ? "CONNECT" : "STOMP", headers, "", true),
        List.of(
            new Command.Hello(client, token, false), new Command.Beats(beats(wants), beats(can))));
  }

  private static Duration beats(int millis) {
    return millis == 0 ? null : Duration.ofMillis(Math.max(1000, millis));
  }

  private static void put(Map<String, String> headers, String name, String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private Said next() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> reads.size() < 6 ? subscribe() : unsubscribe();
      case 2 -> reads.isEmpty() ? send() : unsubscribe();
      case 3 -> reads.isEmpty() || !acknowledges ? send() : acknowledge();
      case 4 -> open.size() < 4 ? begin() : end();
      case 5 -> open.isEmpty() ? begin() : end();
      default -> send();
    };
  }

  private Said subscribe() {
    Map<String, String> headers = headers();
    boolean own = random.nextInt(4) == 0;
    String name = pick(CHANNELS);
    String destination = own ? "/user/queue/" + text() : "/topic/" + name;
    boolean named = minor > 0 || reads.containsKey(destination) || random.nextBoolean();
    String id = named ? fresh() : destination;
    put(headers, "id", named ? id : null);
    headers.put("destination", destination);
    AckMode acks = pick(List.of(AckMode.values()));
    switch (acks) {
      case NONE -> put(headers, "ack", random.nextBoolean() ? "auto" : null);
      case CUMULATIVE -> headers.put("ack", "client");
      case INDIVIDUAL -> headers.put("ack", "client-individual");
    }
    From from = from(headers);
    Subscription channel = own ? null : new Subscription(new ChannelName(name), id);
    reads.put(id, new Read(channel, destination, named, acks != AckMode.NONE));
    return said(
        "SUBSCRIBE",
        headers,
        "",
        own
            ? new Command.SubscribeOwn(id, from, acks)
            : new Command.Subscribe(channel, from, acks));
  }

  private From from(Map<String, String> headers) {
    switch (random.nextInt(5)) {
      case 0 -> {
        Position position = position();
        headers.put("after", position.toString());
        return new From.After(position);
      }
      case 1 -> {
        headers.put("after", text());
        return new From.Unreadable();
      }
      case 2 -> {
        headers.put("last", "7");
        return new From.Last(7);
      }
      default -> {
        return new From.Now();
      }
    }
  }

  private Position position() {
    return new Position("e." + random.nextInt(3), random.nextInt(50), random.nextInt(50));
  }

  private Said unsubscribe() {
    Map<String, String> headers = headers();
    String id = pick(List.copyOf(reads.keySet()));
    Read read = reads.remove(id);
    headers.put(read.named() ? "id" : "destination", id);
    return said(
        "UNSUBSCRIBE",
        headers,
        "",
        read.channel() == null
            ? new Command.UnsubscribeOwn(id)
            : new Command.Unsubscribe(read.channel()));
  }

  private Said acknowledge() {
    Map<String, String> headers = headers();
    String id = pick(List.copyOf(reads.keySet()));
    Position position = position();
    if (minor == 2) {
      headers.put("id", position + "/" + id);
    } else {
      headers.put("message-id", position.toString());
      put(headers, "subscription", minor == 0 && reads.size() == 1 ? null : id);
    }
    boolean taken = random.nextBoolean();
    List<Command> meant = new ArrayList<>();
    if (reads.get(id).asksAcks()) {
      meant.add(new Command.Acknowledge(id, position, taken));
      inTransaction(headers, meant);
    }
    return said(taken ? "ACK" : "NACK", headers, "", meant.toArray(new Command[0]));
  }

  private Said send() {
    Map<String, String> headers = headers();
    String body = pick(JSON);
    String data = body;
    switch (random.nextInt(4)) {
      case 0 -> {
        headers.put("content-type", "text/plain;charset=UTF-8");
        data = JsonText.quote(body);
      }
      case 1 -> {
        body = "no JSON " + text() + "\0\r\n" + text();
        data = JsonText.quote(body);
      }
      case 2 -> {
        body = "";
        data = JsonText.quote(body);
      }
      default -> put(headers, "content-type", random.nextBoolean() ? "application/json" : null);
    }
    if (body.indexOf('\0') >= 0 || random.nextBoolean()) {
      headers.put("content-length", String.valueOf(body.getBytes(UTF_8).length));
    }
    List<Command> meant = new ArrayList<>();
    Command command = sent(headers, data);
    meant.add(command);
    if (!(command instanceof Command.Ignored && headers.containsKey("receipt"))) {
      inTransaction(headers, meant);
    }
    return said("SEND", headers, body, meant.toArray(new Command[0]));
  }

  /** Returns what is meant by what is sent somewhere. */
  private Command sent(Map<String, String> headers, String data) {
    switch (random.nextInt(4)) {
      case 0 -> {
        headers.put("destination", "/app/chat");
        return new Command.Publish(
            new ChannelName("public:chat"), data, Command.Publish.Needs.NOTHING);
      }
      case 1 -> {
        String channel = pick(CHANNELS);
        headers.put("destination", "/topic/" + channel);
        return new Command.Publish(new ChannelName(channel), data, Command.Publish.Needs.READING);
      }
      case 2 -> {
        String destination = "/app/a" + text();
        Map<String, String> others = new LinkedHashMap<>(headers);
        others.keySet().removeAll(List.of("receipt", "content-length"));
        headers.put("destination", destination);
        return new Command.Ask(URI.create("https://app.internal/stomp"), destination, others, data);
      }
      default -> {
        String destination = "x" + text();
        headers.put("destination", destination);
        return new Command.Ignored(
            "forbidden",
            "destination must be one that clients may send to: " + destination,
            destination);
      }
    }
  }

  /** Lets what is meant wait in a transaction, or not. */
  private void inTransaction(Map<String, String> headers, List<Command> meant) {
    int waiting = open.values().stream().mapToInt(List::size).sum();
    if (!open.isEmpty() && waiting < MOST_IN_TRANSACTIONS && random.nextBoolean()) {
      String name = pick(List.copyOf(open.keySet()));
      headers.put("transaction", name);
      open.get(name).addAll(meant);
      meant.clear();
    }
  }

  private Said begin() {
    Map<String, String> headers = headers();
    String name = fresh();
    headers.put("transaction", name);
    open.put(name, new ArrayList<>());
    return said("BEGIN", headers, "");
  }

  private Said end() {
    Map<String, String> headers = headers();
    String name = pick(List.copyOf(open.keySet()));
    headers.put("transaction", name);
    List<Command> waiting = open.remove(name);
    return random.nextInt(3) == 0
        ? said("ABORT", headers, "")
        : said("COMMIT", headers, "", waiting.toArray(new Command[0]));
  }

  private Said disconnect() {
    Said said = said("DISCONNECT", headers(), "");
    List<Command> meant = new ArrayList<>(said.meant());
    meant.add(new Command.Leave());
    return new Said(said.frame(), meant);
  }

  private Said said(String command, Map<String, String> headers, String body, Command... commands) {
    String receipt = headers.get("receipt");
    List<Command> meant = List.of(commands);
    return new Said(
        write(command, headers, body, false),
        receipt == null ? meant : List.of(new Command.Request(meant, receipt)));
  }

  /** Returns headers that every frame may have. */
  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, "receipt", random.nextInt(4) == 0 ? text() : null);
    while (random.nextInt(3) == 0) {
      headers.put("x" + text(), text());
    }
    return headers;
  }

  /** Writes a frame, with beats before it. */
  private String write(String command, Map<String, String> headers, String body, boolean bare) {
    String end = random.nextBoolean() ? "\n" : "\r\n";
    StringBuilder frame = new StringBuilder(end.repeat(random.nextInt(3)));
    frame.append(command).append(end);
    List<Map.Entry<String, String>> entries = new ArrayList<>(headers.entrySet());
    Collections.shuffle(entries, random);
    for (Map.Entry<String, String> entry : entries) {
      String name = bare ? entry.getKey() : escaped(entry.getKey());
      frame.append(name).append(':');
      frame.append(bare ? entry.getValue() : escaped(entry.getValue())).append(end);
      if (random.nextInt(8) == 0) { // of repeated headers the first one counts
        frame.append(name).append(":0").append(end);
      }
    }
    return frame.append(end).append(body).append('\0').toString();
  }

  private String escaped(String text) {
    return minor == 0
        ? text
        : text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace(":", "\\c");
  }

  private String fresh() {
    return text() + names++;
  }

  /** Returns a short text that a header of this version can hold, as its name or its value. */
  private String text() {
    String all = "ab/,;={}\"\t\u007f\u00e9\u4f60\ud83d\ude00 "
        + switch (minor) {
          case 0 -> "\\";
          case 1 -> "\\:\n";
          default -> "\\:\n\r";
        };
    int[] characters = all.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return minor == 0 ? text.toString().strip() : text.toString();
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
