package io.heartline.faults;

import io.heartline.model.Position;
import io.heartline.testing.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client of {@code heartline.v1} that behaves as the page script does: it notices silence, comes
 * back, resumes, drops repeats by offset, and stays away when it is told to. It writes down what a
 * page would have been handed.
 */
final class Page implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Silence after which it asks, and then how long it waits for the answer. */
  private static final long SUSPICION_MILLIS = 4_000;

  private static final long PROBE_MILLIS = 2_000;

  private final String name;
  private final HttpClient http;
  private final URI door;
  private final @Nullable String cookie;
  private final List<String> channels;
  private final History history;
  private final Random random;
  private final Thread thread;

  /** Where it stands in each channel; touched by its own thread, read by whoever awaits it. */
  private final Map<String, Position> at = new java.util.concurrent.ConcurrentHashMap<>();

  private final AtomicInteger lines = new AtomicInteger();
  private volatile boolean replaced;
  private volatile boolean takesBack;
  private volatile boolean over;
  private volatile @Nullable Line line;

  /**
   * @param cookie of the user whose seat it takes; null: anonymous
   * @param seed of its own randomness
   */
  Page(
      String name,
      HttpClient http,
      URI door,
      @Nullable String cookie,
      List<String> channels,
      History history,
      long seed) {
    this.name = name;
    this.http = http;
    this.door = door;
    this.cookie = cookie;
    this.channels = channels;
    this.history = history;
    random = new Random(seed);
    thread = new Thread(this::live, name);
    thread.setDaemon(true);
    thread.start();
  }

  String name() {
    return name;
  }

  /** Returns how many lines it has opened so far. */
  int lines() {
    return lines.get();
  }

  /** Another line took its seat, and it has not taken it back. */
  boolean isReplaced() {
    return replaced;
  }

  /** Somebody pressed "use here". */
  void takeBack() {
    takesBack = true;
  }

  /** Returns the offset up to which it has applied a channel; -1: nothing known yet. */
  long offset(String channel) {
    Position position = at.get(channel);
    return position == null ? -1 : position.offset();
  }

  /** Returns whether it has a line that the server answers on. */
  boolean isLive() throws InterruptedException {
    Line now = line;
    return now != null && now.answersProbe();
  }

  private void live() {
    try {
      while (!over) {
        if (replaced && !takesBack) {
          Thread.sleep(20);
          continue;
        }
        boolean take = takesBack;
        takesBack = false;
        oneLine(take);
        Thread.sleep(50 + random.nextInt(300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the end of the run
    }
  }

  private void oneLine(boolean take) throws InterruptedException {
    Line next = new Line();
    WebSocket.Builder builder =
        http.newWebSocketBuilder().subprotocols("heartline.v1").connectTimeout(CONNECT);
    if (cookie != null) {
      builder.header("Cookie", cookie);
    }
    WebSocket socket;
    var opening = builder.buildAsync(door, next);
    try {
      socket = opening.get(2 * CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      opening.whenComplete((late, failure) -> {
        if (late != null) {
          late.abort();
        }
      });
      return; // the next attempt comes
    }
    lines.incrementAndGet();
    replaced = false;
    try {
      next.run(socket, take);
    } finally {
      line = null;
      socket.abort();
    }
  }

  /** One line, from its handshake to its end. */
  private final class Line implements WebSocket.Listener {
    /** Whole texts; the empty one is the end. */
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

    private final StringBuilder partial = new StringBuilder();
    private final Map<String, Position> asked = new LinkedHashMap<>();
    private final Set<String> unavailable = new LinkedHashSet<>();
    private long askAgainAt;
    private final AtomicInteger probes = new AtomicInteger();
    private final AtomicInteger probed = new AtomicInteger();
    private volatile @Nullable WebSocket socket;

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      partial.append(part);
      if (last) {
        texts.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      replaced |= code == 4500;
      texts.add("");
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      texts.add("");
    }

    void run(WebSocket opened, boolean take) throws InterruptedException {
      socket = opened;
      send("{\"hello\":{\"instance\":\"" + name + "\"" + (take ? ",\"take\":true" : "") + "}}");
      channels.forEach(this::subscribe);
      line = this;
      boolean suspicious = false;
      while (!over) {
        askAgain();
        String text =
            texts.poll(suspicious ? PROBE_MILLIS : SUSPICION_MILLIS, TimeUnit.MILLISECONDS);
        if (text == null && suspicious || text != null && text.isEmpty()) {
          return; // dead
        }
        suspicious = text == null;
        if (suspicious) {
          probe();
        } else if (!take(text)) {
          return;
        }
      }
    }

    private void subscribe(String channel) {
      Position position = at.get(channel);
      if (position != null) {
        asked.put(channel, position);
      }
      send("{\"subscribe\":\"" + channel + "\""
          + (position == null ? "" : ",\"after\":\"" + position + "\"") + "}");
    }

    /** What the server could not open is asked again after a while. */
    private void askAgain() {
      if (!unavailable.isEmpty() && System.nanoTime() - askAgainAt >= 0) {
        List<String> channels = List.copyOf(unavailable);
        unavailable.clear();
        channels.forEach(this::subscribe);
      }
    }

    private void refused(String object) {
      if (Json.field(object, "code").equals("unavailable")) {
        if (unavailable.isEmpty()) {
          askAgainAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_000);
        }
        unavailable.add(Json.field(object, "about"));
      }
    }

    boolean answersProbe() throws InterruptedException {
      int wanted = probe();
      for (int i = 0; i < PROBE_MILLIS / 20 && probed.get() < wanted; i++) {
        Thread.sleep(20);
      }
      return probed.get() >= wanted;
    }

    private int probe() {
      int number = probes.incrementAndGet();
      send("{\"probe\":" + number + "}");
      return number;
    }

    /** The JDK takes one text at a time; ours are few and small. */
    private synchronized void send(String text) {
      WebSocket to = socket;
      if (to == null) {
        return;
      }
      try {
        to.sendText(text, true).get(PROBE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        texts.add(""); // it cannot be written to: the next line comes
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Returns whether the line is of further use. */
    private boolean take(String text) {
      for (String object : text.split("\n", -1)) {
        if (object.startsWith("{\"beat\":")) {
          send("{\"beat\":0}");
        } else if (object.startsWith("{\"probed\":")) {
          probed.set(Integer.parseInt(Json.field(object, "probed")));
        } else if (object.startsWith("{\"subscribed\":")) {
          began(object);
        } else if (object.startsWith("{\"error\":")) {
          refused(object);
        } else if (object.startsWith("{\"gap\":")) {
          gap(object);
        } else if (object.startsWith("{\"channel\":") && !push(object)) {
          return false;
        }
      }
      return true;
    }

    private void began(String object) {
      String channel = Json.field(object, "subscribed");
      Position position = Position.parse(Json.field(object, "position")).orElseThrow();
      String reason = Json.field(object, "recovered").equals("true") || !asked.containsKey(channel)
          ? null
          : Json.field(object, "reason");
      history.seen(name, channel, new Seen.Began(asked.get(channel), position, reason));
      at.put(channel, position);
    }

    private void gap(String object) {
      String channel = Json.field(object, "gap");
      Position position = Position.parse(Json.field(object, "position")).orElseThrow();
      history.seen(name, channel, new Seen.Gap(position, Json.field(object, "reason")));
      at.put(channel, position);
    }

    /** Returns false on a hole: the line is given up, and the next one resumes. */
    private boolean push(String object) {
      String channel = Json.field(object, "channel");
      long offset = Long.parseLong(Json.field(object, "offset"));
      Position before = at.get(channel);
      if (before == null || offset != before.offset() + 1) {
        history.seen(name, channel, new Seen.OutOfStep(offset));
        return before != null && offset <= before.offset();
      }
      List<String> told = Json.fields(object, "position");
      Position position = told.isEmpty() ? null : Position.parse(told.get(0)).orElseThrow();
      history.seen(name, channel, new Seen.Applied(offset, position, Json.field(object, "data")));
      // Without a position the tag is not known: such a place is never asked for, since whole
      // frames end with one.
      at.put(channel, position != null ? position : new Position(before.epoch(), offset, 0));
      return true;
    }
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
